/** The first line of a script, taken apart as the kernel does. */
export interface Shebang {
  /** `/usr/bin/env` */
  readonly interpreter: string
  /** Everything after it, as one argument; without a carriage return at its end. */
  readonly argument: string
  /** The program in the end: `python3` of `/usr/bin/env python3` and of `/usr/bin/python3`. */
  readonly program: string
  /** `#!/usr/bin/env bash -e`: env looks for a program called `bash -e`. */
  readonly split: boolean
}

export function shebangOf(text: string): Shebang | undefined {
  const match = /^#![ \t]*(?<interpreter>[^\s]+)(?:[ \t]+(?<argument>[^\r\n]*?))?[ \t]*(?:\r?\n|$)/.exec(text)
  const interpreter = match?.groups?.['interpreter']
  if (interpreter === undefined) return undefined
  const argument = match?.groups?.['argument'] ?? ''
  const isEnv = interpreter.endsWith('/env')
  const words = argument.replace(/^-S\s*|^--split-string[= ]/, '').split(/\s+/)
  const named = words.find((word) => !word.includes('=') && !word.startsWith('-')) ?? ''
  return {
    interpreter,
    argument,
    program: isEnv ? named : (interpreter.split('/').at(-1) ?? ''),
    split: isEnv && /\s/.test(argument) && !/^(?:-\S*S|--split-string)/.test(argument),
  }
}
