/** The requests of a script's first line. */
export interface ShebangOptions {
  /** Bash commands that turn the options on: `set -e -o pipefail`; empty if there are none. */
  readonly commands: string
  /** True if it names sh: bash then keeps to POSIX. */
  readonly posix: boolean
  /** `-x`: kept apart, because it must be on only for the author's commands. */
  readonly trace: boolean
}

interface ShebangFault {
  readonly fault: string
  readonly cure: string
}

type Shebang =
  | { readonly ok: true; readonly options: ShebangOptions }
  | { readonly ok: false; readonly fault: ShebangFault }

/** Options of bash that `set` knows too; the others only affect the start of bash. */
const letters = 'abefhkmpuvBCEHPT'
const names: ReadonlySet<string> = new Set(
  (
    'allexport braceexpand errexit errtrace functrace hashall histexpand history ignoreeof interactive-comments keyword monitor noclobber noglob ' +
    'nolog notify nounset physical pipefail posix privileged verbose emacs vi'
  ).split(' '),
)
const withoutEffect: ReadonlySet<string> = new Set(['--norc', '--noprofile', '--noediting'])

/**
 * Reads all words of the line, as its author intends, although Linux passes them as one: `#!/bin/bash -euo pipefail`
 * and `#!/usr/bin/env bash -e`.
 * @param text a script
 */
export function readShebang(text: string): Shebang {
  const words = (/^#!([^\n]*)/.exec(text)?.[1] ?? '').trim().split(/\s+/)
  const [interpreter = ''] = words.splice(0, 1)
  if (interpreter === '') return { ok: true, options: { commands: '', posix: false, trace: false } }
  let program = baseName(interpreter)
  if (program === 'env') {
    const [first = ''] = words
    const split = /^(?:-S|--split-string)=?(?<word>.*)$/.exec(first)?.groups?.['word']
    if (split === '') words.shift()
    else if (split !== undefined) words[0] = split
    program = baseName(words.shift() ?? '')
  }
  if (!/^(?:sh|bash(?:-?[\d.]+)?)$/.test(program)) {
    const fault = `names ${program || interpreter} in its first line, but bash runs files with this extension`
    return { ok: false, fault: { fault, cure: `${ownWay(interpreter)}, or write it for bash` } }
  }
  const options = readOptions(words, program === 'sh')
  if (typeof options !== 'string') return { ok: true, options }
  const fault = `gives ${program} the option '${options}' in its first line, which needs a separate bash process`
  return { ok: false, fault: { fault, cure: `remove it, or ${ownWay(interpreter)}` } }
}

/** The options, or the first word that is not supported. */
function readOptions(words: string[], sh: boolean): ShebangOptions | string {
  const set: string[] = []
  const shopt: string[] = []
  let posix = sh
  let trace = false
  for (let word = words.shift(); word !== undefined && word !== '-' && word !== '--'; word = words.shift()) {
    if (withoutEffect.has(word)) continue
    if (word === '--posix') {
      posix = true
      continue
    }
    if (!/^[-+][A-Za-z]+$/.test(word)) return word
    const sign = word.slice(0, 1)
    for (const letter of word.slice(1)) {
      const name = letter === 'o' || letter === 'O' ? words.shift() : undefined
      if (letter === 'o' && name === 'posix') posix = sign === '-'
      else if (letter === 'x' || name === 'xtrace') trace = sign === '-'
      else if (letter === 'o' && name !== undefined && names.has(name)) set.push(`${sign}o ${name}`)
      else if (letter === 'O' && name !== undefined && /^[a-z0-9_]+$/.test(name))
        shopt.push(`shopt ${sign === '-' ? '-s' : '-u'} ${name};`)
      else if (letters.includes(letter)) set.push(sign + letter)
      else return name === undefined ? word : `${sign}${letter} ${name}`
    }
  }
  return { commands: `${set.length > 0 ? `set ${set.join(' ')};` : ''}${shopt.join('')}`, posix, trace }
}

function ownWay(interpreter: string): string {
  return `drop the extension and set the execute bit (chmod +x), so that ${interpreter} runs it`
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
