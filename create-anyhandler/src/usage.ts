import { kinds, templates } from './templates.ts'

/** Wrong usage: one sentence, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const list = (words: Readonly<Record<string, string>>): string =>
  Object.entries(words)
    .map(([word, meaning]) => `    ${word.padEnd(12)}${meaning}\n`)
    .join('')

export const help = `Usage: npm create anyhandler [DIR] -- [--template NAME] [--kind KIND] [--name NAME] [--language NAME] [--extension .EXT]
                                     [--force] [--yes]

Makes a folder with handlers for AWS Lambda, or with a language of your own, whose tests pass at once.

  DIR               the new folder
  --template NAME
${list(templates)}  --kind KIND       of a plugin
${list(kinds)}  --name NAME       of the package; the folder's name when absent
  --language NAME   of a plugin; what follows anyhandler-plugin- in its name when absent
  --extension .EXT  of its handler files; .NAME of the language when absent
  --force           writes into a folder that isn't empty, over files of the same names
  --yes             asks nothing

What isn't said is asked on a terminal. Exit code: 2 for wrong usage, and nothing was written.
`
