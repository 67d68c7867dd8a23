import { parseArgs } from 'node:util'
import type { Command, Flag, Form, Parsed } from './command.ts'

/** `true`, a text, or several of them. */
type Raw = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>

/**
 * Reads a command line, without the names of program and command.
 * @throws UsageError
 */
export async function parse<Of extends Command>(command: Of, args: readonly string[]): Promise<Parsed<Of>> {
  const entries = Object.entries(command.flags)
  const options = Object.fromEntries(
    entries.map(([name, { value, multiple = false }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple },
    ]),
  )
  let given: { readonly values: Raw; readonly positionals: readonly string[] }
  try {
    given = parseArgs({ args: [...args], options, allowPositionals: true, strict: true }) as typeof given
  } catch (error) {
    throw (await refusals()).unreadable(command, args, options, error)
  }
  const { values, positionals } = given
  const found = formOf(command, values, positionals)
  if (!found) throw (await refusals()).noForm(command, positionals)
  const [form, operands] = found
  if (!fits(command.forms[form] as Form, operands)) throw (await refusals()).operands(command, form, operands)
  const out = entries.find(([name, flag]) => values[name] !== undefined && isOut(name, flag, form, values, command))
  if (out) throw (await refusals()).flag(command, form, out[0], rivalOf(...out, values, command))
  const empty = entries.find(([name, flag]) => isEmpty(flag, values[name]))
  if (empty) throw (await refusals()).empty(command, empty[0])
  const read = entries.map(([name, flag]) => [name, valueOf(flag, values[name])] as const)
  const wrong = read.find(([, value]) => value === refused)
  if (wrong) throw (await refusals()).value(command, wrong[0], String(values[wrong[0]]))
  return { values: Object.fromEntries(read) as Parsed<Of>['values'], form, operands }
}

/** Loaded for a wrong command line only. */
const refusals = () => import('./refusals.ts')

const refused = Symbol('refused')

function isEmpty({ mayBeEmpty }: Flag, raw: Raw[string]): boolean {
  return mayBeEmpty !== true && (Array.isArray(raw) ? raw.includes('') : raw === '')
}

function valueOf({ usual, range, words, synonyms }: Flag, raw: Raw[string]): unknown {
  if (raw === undefined) return usual
  if (words) {
    const word = (synonyms && Object.hasOwn(synonyms, String(raw)) && synonyms[String(raw)]) || raw
    return words.some((known) => known === word) ? word : refused
  }
  if (!range) return raw
  const number = Number(raw)
  const isIn = number >= range.least && number <= range.most && String(raw).trim() !== ''
  return isIn && (range.whole !== true || Number.isInteger(number)) ? number : refused
}

/** The form's name, and the operands without it. */
function formOf(
  { forms }: Command,
  values: Raw,
  positionals: readonly string[],
): readonly [form: string, operands: readonly string[]] | undefined {
  const byFlag = Object.keys(forms).find((form) => form.startsWith('--') && values[form.slice(2)] !== undefined)
  if (byFlag !== undefined) return [byFlag, positionals]
  const [first = '', ...rest] = positionals
  if (first !== '' && Object.hasOwn(forms, first)) return [first, rest]
  return Object.hasOwn(forms, '') ? ['', positionals] : undefined
}

function fits({ operands }: Form, given: readonly string[]): boolean {
  const missing = operands[given.length]
  if (missing && missing.optional !== true) return false
  if (given.includes('')) return false
  if (given.length > operands.length && operands.at(-1)?.multiple !== true) return false
  return operands.every(({ words }, index) => !words || given[index] === undefined || words.includes(given[index]))
}

/** Whether a flag doesn't go with the form, or with the other flags. */
function isOut(name: string, flag: Flag, form: string, values: Raw, command: Command): boolean {
  if (flag.forms && !flag.forms.includes(form)) return true
  if (flag.needs) return flag.needs.every((other) => values[other] === undefined)
  return rivalOf(name, flag, values, command) !== undefined
}

/** Another flag of a section of which one is enough. */
function rivalOf(name: string, { section, needs }: Flag, values: Raw, { flags }: Command): string | undefined {
  if (section === undefined || needs) return undefined
  return Object.keys(flags).find((other) => {
    const rival = flags[other]
    return other !== name && rival?.section === section && !rival.needs && values[other] !== undefined
  })
}
