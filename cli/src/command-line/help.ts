import { version } from '@anyhandler/core/host'
import type { Command, Flag, Operand } from './command.ts'

const width = 120

/** `DIR`, `[DIR]`, `[FILTER]...` */
export function operandText({ name, words, optional, multiple }: Operand): string {
  const text = words ? words.join(' | ') : name
  return `${optional ? `[${text}]` : text}${multiple ? '...' : ''}`
}

/** The text of `--help` for one command. */
export function helpOf(command: Command): string {
  const { name, about, more = [], forms, flags, sections = {} } = command
  const usage = Object.keys(forms).map((form) => `anyhandler ${usageOf(command, form)}`)
  const all = Object.entries(flags)
  const rows = [
    ...Object.entries(forms).flatMap(([form, { help, operands }]) => [
      ...(help === undefined || form.startsWith('--') ? [] : [[[form, ...operands.map(operandText)].join(' '), help]]),
      ...operands.flatMap((operand) =>
        operand.help === undefined || form !== '' ? [] : [[operand.name, operand.help]],
      ),
    ]),
    ...all.filter(([, flag]) => flag.section === undefined).map(([flag, rules]) => [label(flag, rules), line(rules)]),
  ]
  const groups = Object.entries(sections).map(([section, { title }]) => {
    const own = all.filter(([, flag]) => flag.section === section)
    return `\n${title}\n${table(own.map(([flag, rules]) => [`${rules.needs?.length === 1 ? '  ' : ''}${label(flag, rules)}`, line(rules)]))}`
  })
  return [
    usage.map((text, index) => hung(index === 0 ? 'Usage: ' : '       ', text, `anyhandler ${name} `.length)).join(''),
    ...about.map((paragraph) => `\n${wrapped(paragraph, '', '')}`),
    ...(rows.length > 0 ? [`\n${table(rows)}`] : []),
    ...groups,
    ...(more.length > 0 ? [`\n${more.map((text) => wrapped(text, '', '')).join('')}`] : []),
  ].join('')
}

/** The list of commands. */
export function overviewOf(commands: readonly Pick<Command, 'name' | 'summary'>[]): string {
  return `anyhandler ${version}: AWS Lambda handlers in any language.

Usage: anyhandler COMMAND [FLAGS]

Commands:
${commands.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}\n`).join('')}
anyhandler COMMAND --help says more about each. Try in a folder with hello.sql, hello.sh or hello.py: anyhandler invoke hello
`
}

function usageOf({ name, forms, flags, sections = {} }: Command, form: string): string {
  const words = (forms[form]?.operands ?? []).map(operandText)
  const value = form.startsWith('--') ? flags[form.slice(2)]?.value : undefined
  const own = Object.entries(flags).filter(
    ([flag, { section, forms: of }]) =>
      section === undefined && !Object.hasOwn(forms, `--${flag}`) && (of?.includes(form) ?? true),
  )
  return [
    name,
    ...(form === '' ? [] : [form]),
    ...(value === undefined ? [] : [value]),
    ...words,
    ...Object.values(sections).map(({ usage }) => usage),
    ...own.map(([flag, rules]) => `[${label(flag, rules).replaceAll(' ', '\u00A0')}]${rules.multiple ? '...' : ''}`),
  ].join(' ')
}

function label(flag: string, { value }: Flag): string {
  return `--${flag}${value === undefined ? '' : ` ${value}`}`
}

/** A flag's help, with all that its other fields say. */
function line({ help, note, words, usual, multiple, synonyms = {} }: Flag): string {
  const shown = words?.map((word) => {
    const also = Object.keys(synonyms).filter((synonym) => synonyms[synonym] === word)
    const notes = [...(word === usual ? ['when absent'] : []), ...(also.length > 0 ? [`also ${also.join(', ')}`] : [])]
    return notes.length > 0 ? `${word} (${notes.join('; ')})` : word
  })
  const listed = shown ? `${help}${help === '' ? '' : ': '}${shown.join(', ')}` : help
  const absent = usual === undefined || words ? '' : `; ${usual} when absent`
  return `${listed}${note === undefined ? '' : `. ${note}`}${absent}${multiple ? '; may be given several times' : ''}`
}

function table(rows: readonly (readonly string[])[]): string {
  const widest = Math.max(...rows.map(([name = '']) => name.length))
  return rows
    .map(([name = '', text = '']) => wrapped(text, `  ${name.padEnd(widest)}  `, ' '.repeat(widest + 4)))
    .join('')
}

/** A usage line; what follows its first is below its first flag. */
function hung(prefix: string, text: string, indent: number): string {
  return wrapped(text, prefix, ' '.repeat(prefix.length + indent)).replaceAll('\u00A0', ' ')
}

function wrapped(text: string, first: string, rest: string): string {
  if (text.startsWith(' ')) return `${text}\n`
  const lines: string[] = []
  let current = first
  for (const word of text.split(' ')) {
    if (current.length + word.length > width && current.trim() !== '') {
      lines.push(current.trimEnd())
      current = rest
    }
    current += `${word} `
  }
  return `${[...lines, current.trimEnd()].join('\n')}\n`
}
