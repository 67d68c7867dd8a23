import { kinds, templates } from './templates.ts'

/** Wrong usage: one sentence, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Each flag once: `parseArgs` reads these, and the help is made of them. */
export const flags = {
  template: { type: 'string', value: 'NAME', help: '', words: templates },
  kind: { type: 'string', value: 'KIND', help: 'of a plugin', words: kinds },
  name: { type: 'string', value: 'NAME', help: "of the package; the folder's name when absent" },
  language: {
    type: 'string',
    value: 'NAME',
    help: 'of a plugin; what follows anyhandler-plugin- in its name when absent',
  },
  extension: { type: 'string', value: '.EXT', help: 'of its handler files; .NAME of the language when absent' },
  force: {
    type: 'boolean',
    default: false,
    help: "writes into a folder that isn't empty, over files of the same names",
  },
  yes: { type: 'boolean', default: false, help: 'asks nothing' },
} as const

interface Row {
  readonly value?: string
  readonly help: string
  readonly words?: Readonly<Record<string, string>>
}

const rows: readonly (readonly [label: string, row: Row])[] = Object.entries(flags).map(
  ([name, row]: readonly [string, Row]) => [`--${name}${row.value === undefined ? '' : ` ${row.value}`}`, row],
)

const lines = rows.flatMap(([label, { help, words = {} }]) => [
  `  ${label.padEnd(18)}${help}`.trimEnd(),
  ...Object.entries(words).map(([word, meaning]) => `    ${word.padEnd(12)}${meaning}`),
])

const usage = 'Usage: npm create anyhandler [DIR] -- '
const shown = (some: typeof rows): string => some.map(([label]) => `[${label}]`).join(' ')

export const help = `${usage}${shown(rows.filter(([, { value }]) => value !== undefined))}
${' '.repeat(usage.length - 1)}${shown(rows.filter(([, { value }]) => value === undefined))}

Makes a folder with handlers for AWS Lambda, or with a language of your own, whose tests pass at once.

  ${'DIR'.padEnd(18)}the new folder
${lines.join('\n')}

What isn't said is asked on a terminal. Exit code: 2 for wrong usage, and nothing was written.
`
