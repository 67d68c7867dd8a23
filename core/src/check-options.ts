import { closestName } from './closest-name.ts'
import { HostError, messageOf } from './errors.ts'
import { isPlainObject } from './plain-object.ts'
import { described, listed, quote } from './wording.ts'

/**
 * The rule for a value in a plugin's options. `allowed` ends the sentence "KEY is VALUE; it must be"; when absent, the
 * rule provides the text.
 */
export type OptionRule = { readonly allowed?: string } & (
  | { readonly type: 'boolean' }
  /** One line that is not empty; `values` = one of these words. `orFalse`: also `false`, which turns the option off. */
  | { readonly type: 'string'; readonly values?: readonly string[]; readonly orFalse?: boolean }
  /** Between two bounds, inclusive. */
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'list'; readonly items: OptionRule }
  /** Keys that match a pattern, all with values of one kind; `keyAllowed` describes a valid key. */
  | { readonly type: 'mapping'; readonly keys: RegExp; readonly keyAllowed: string; readonly items: OptionRule }
)

/** A rule for each option. */
export type OptionRules<Options> = { readonly [Key in keyof Required<Options>]: OptionRule }

/**
 * Checks a plugin's options from the configuration. Errors name values, but don't print them whole.
 *
 * @param at the key of the options: `plugins.perl.options`
 * @returns a copy, without options that are `undefined`
 * @throws HostError `Runtime.InvalidConfiguration` with the key's path, the value and the allowed values
 */
export function checkOptions<Options>(at: string, options: unknown, rules: OptionRules<Options>): Options {
  try {
    return checkAll(at, options, rules)
  } catch (error) {
    throw HostError.is(error) ? error : unreadable(at, error)
  }
}

function checkAll<Options>(at: string, options: unknown, rules: OptionRules<Options>): Options {
  if (!isPlainObject(options)) throw refused(at, options, 'a mapping')
  const known = Object.keys(rules)
  const checked: Record<string, unknown> = {}
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw unknownOption(at, key, known)
    const value = read(`${at}.${key}`, options, key)
    if (value !== undefined) checked[key] = check(`${at}.${key}`, value, rules[key as keyof Options])
  }
  return checked as Options
}

/** Returns the value; lists and mappings as copies. */
function check(at: string, value: unknown, rule: OptionRule): unknown {
  const { allowed = allowedBy(rule) } = rule
  const refuse = (): HostError => refused(at, value, allowed)
  switch (rule.type) {
    case 'boolean':
      if (typeof value !== 'boolean') throw refuse()
      return value
    case 'string':
      if (rule.orFalse && value === false) return value
      if (!isLine(value) || (rule.values && !rule.values.includes(value))) throw refuse()
      return value
    case 'integer':
      if (!Number.isInteger(value) || (value as number) < rule.min || (value as number) > rule.max) throw refuse()
      return value
    case 'list':
      if (!Array.isArray(value)) throw refuse()
      return Object.keys(value).map((key) => check(`${at}.${key}`, read(`${at}.${key}`, value, key), rule.items))
    case 'mapping':
      if (!isPlainObject(value)) throw refuse()
      return Object.fromEntries(
        Object.keys(value).map((key) => {
          if (!rule.keys.test(key)) throw badKey(at, key, rule.keyAllowed)
          return [key, check(`${at}.${key}`, read(`${at}.${key}`, value, key), rule.items)]
        }),
      )
  }
}

/** Paths, names and headers have a single line. */
function isLine(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !/[\0\r\n]/.test(value)
}

function allowedBy(rule: OptionRule): string {
  switch (rule.type) {
    case 'boolean':
      return 'true or false'
    case 'string': {
      const words = rule.values ? listed(rule.values, 'or') : 'text of one line'
      return rule.orFalse ? `${words}, or false` : words
    }
    case 'integer':
      return `a whole number from ${rule.min} to ${rule.max}`
    case 'list':
      return `a list, each item ${rule.items.allowed ?? allowedBy(rule.items)}`
    case 'mapping':
      return `a mapping of ${rule.keyAllowed} to ${rule.items.allowed ?? allowedBy(rule.items)}`
  }
}

/** The configuration may be a script, whose getters can throw. */
function read(at: string, holder: object, key: string): unknown {
  try {
    return (holder as Record<string, unknown>)[key]
  } catch (error) {
    throw unreadable(at, error)
  }
}

function refused(at: string, value: unknown, allowed: string): HostError {
  return invalid(at, `is ${described(value)}`, `it must be ${allowed}`)
}

function unknownOption(at: string, key: string, known: readonly string[]): HostError {
  const meant = closestName(key, known)
  const cure = known.length === 0 ? 'there are no options' : `there are ${listed(known)}`
  return invalid(keyIn(at, key), `is not known${meant === undefined ? '' : ` (did you mean ${quote(meant)}?)`}`, cure)
}

function badKey(at: string, key: string, allowed: string): HostError {
  return invalid(keyIn(at, key), 'is not a usable key', `it must be ${allowed}`)
}

function unreadable(at: string, cause: unknown): HostError {
  const problem = `${at} can't be read: ${messageOf(cause)}`
  return new HostError('Runtime.InvalidConfiguration', { at, problem, cure: 'give it a plain value', cause })
}

function invalid(at: string, fault: string, cure: string): HostError {
  return new HostError('Runtime.InvalidConfiguration', { at, problem: `${at} ${fault}`, cure })
}

/** `plugins.perl.options.interpreter`, `plugins.perl.options['my key']`. */
function keyIn(at: string, key: string): string {
  return /^[\w-]{1,100}$/.test(key) ? `${at}.${key}` : `${at}[${quote(key)}]`
}
