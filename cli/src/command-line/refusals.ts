import { parseArgs } from 'node:util'
import type { ParseArgsOptionsConfig } from 'node:util'
import { closestName } from '@anyhandler/core/host'
import { UsageError } from '../usage-error.ts'
import type { Command } from './command.ts'
import { operandText } from './help.ts'

const see = (name: string): string => `(see anyhandler ${name} --help)`

function didYouMean(name: string, known: readonly string[], before = ';'): string {
  const closest = closestName(name, known)
  return closest === undefined ? '' : `${before} did you mean ${closest}?`
}

export function noCommand(name: string, known: readonly string[]): UsageError {
  return new UsageError(`there is no command '${name}'${didYouMean(name, known)} (see anyhandler --help)`)
}

export function noTopic({ name }: Command, topic: string): UsageError {
  return new UsageError(`help ${name} knows no '${topic}' ${see(name)}`)
}

/** The message for an error of `parseArgs`. */
export function unreadable(
  { name, flags }: Command,
  args: readonly string[],
  options: ParseArgsOptionsConfig,
  error: unknown,
): UsageError {
  const { code, message } = error as NodeJS.ErrnoException
  const valued = /^Option '(?:-\w, )?(?<flag>--[\w-]+).*' argument is ambiguous/.exec(message)?.groups?.['flag']
  if (valued !== undefined) {
    const given = args.find((arg, index) => args[index - 1] === valued && arg.startsWith('-'))
    return new UsageError(
      `${valued} is followed by ${given}, which looks like a flag; as its value, write ${valued}=${given} ${see(name)}`,
    )
  }
  if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return new UsageError(`${name}: ${message.split('. ')[0]} ${see(name)}`)
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true })
  const known = Object.keys(flags).map((flag) => `--${flag}`)
  const flag =
    tokens.flatMap((token) => (token.kind === 'option' ? token.rawName : [])).find((one) => !known.includes(one)) ?? ''
  return new UsageError(`${name} has no flag ${flag}${didYouMean(flag, known)} ${see(name)}`)
}

/** A first operand that names no form, or none where one is needed. */
export function noForm({ name, forms, formsText }: Command, [first]: readonly string[]): UsageError {
  const known = Object.keys(forms)
  const named = Object.entries(forms).map(([form, { operands }]) => [form, ...operands.map(operandText)].join(' '))
  if (first === undefined)
    return new UsageError(`${name} needs an argument: ${formsText ?? named.join(', ')} ${see(name)}`)
  const words = known.filter((form) => !form.startsWith('--'))
  const flags = known.filter((form) => form.startsWith('--'))
  return new UsageError(
    `${name} makes ${words.join(', ')} or a ${flags.join(', ')}, not '${first}'${didYouMean(first, words)} ${see(name)}`,
  )
}

/** Too few operands, or too many, or an empty one, or one that is not among its words. */
export function operands({ name, forms }: Command, form: string, given: readonly string[]): UsageError {
  const { operands: wanted, noOperand } = forms[form] ?? { operands: [] }
  const title = form === '' ? name : `${name} ${form}`
  const missing = wanted[given.length]
  if (missing && missing.optional !== true) {
    const what = missing.help === undefined ? missing.name : `${missing.name}, ${missing.help}`
    return new UsageError(`${title} needs ${what} ${see(name)}`)
  }
  const empty = given.indexOf('')
  if (empty >= 0)
    return new UsageError(`${title}: ${(wanted[empty] ?? wanted.at(-1))?.name ?? 'a word'} is empty ${see(name)}`)
  const wrong = wanted.findIndex(({ words }, index) => words && !words.includes(given[index] ?? ''))
  const words = wanted[wrong]?.words
  if (words && given[wrong] !== undefined)
    return new UsageError(
      `${title} knows ${words.join(', ')}, not '${given[wrong]}'${didYouMean(given[wrong], words)} ${see(name)}`,
    )
  if (noOperand !== undefined) return new UsageError(`${title} ${noOperand} ${see(name)}`)
  const all = wanted.map(operandText).join(' ') || 'no operand'
  return new UsageError(`${title} takes ${all}, not also '${given[wanted.length]}' ${see(name)}`)
}

/**
 * A flag that doesn't go with the form, or with other flags.
 * @param rival another one of its section, of which one is enough
 */
export function flag(
  { name, flags, sections }: Command,
  form: string,
  one: string,
  rival: string | undefined,
): UsageError {
  const { forms, needs, section = '' } = flags[one] ?? {}
  if (forms && !forms.includes(form)) {
    if (form !== '') return new UsageError(`${name} ${form} has no flag --${one} ${see(name)}`)
    return new UsageError(`--${one} needs ${forms.join(' or ')} ${see(name)}`)
  }
  if (rival !== undefined)
    return new UsageError(`--${one} and --${rival} are given both; ${sections?.[section]?.refusal}`)
  return new UsageError(`--${one} goes with ${(needs ?? []).map((other) => `--${other}`).join(' or ')}`)
}

/** A flag without a value, such as `--out=`. */
export function empty({ name, flags }: Command, flag: string): UsageError {
  const { value: wanted, words, range } = flags[flag] ?? {}
  const cure = range ? `write ${range.name}` : words ? `there are ${words.join(', ')}` : `write --${flag} ${wanted}`
  return new UsageError(`--${flag} is empty; ${cure} ${see(name)}`)
}

/** A value that a flag may not have. */
export function value({ flags: all }: Command, flag: string, text: string): UsageError {
  const { words, range, whyNot } = all[flag] ?? {}
  if (range) return new UsageError(`--${flag} ${text} is not ${range.name}`)
  const known = words ?? []
  const reason = whyNot?.(text)
  return new UsageError(
    reason === undefined
      ? `--${flag} ${text} is not known${didYouMean(text, known, ',')}; there are ${known.join(', ')}`
      : `--${flag} ${text} ${reason}; there are ${known.join(', ')}`,
  )
}
