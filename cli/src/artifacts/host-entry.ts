import { besideFile } from './bundle.ts'
import type { LanguagePackage } from './language-package.ts'
import { dependency } from './package-folder.ts'

/**
 * The source of the bundle's entry: the runtime loop with a table of the chosen languages, which are the only ones that
 * the bundle then holds.
 */
export function hostEntry(languages: readonly LanguagePackage[]): string {
  const table = languages.map(({ name, traits, package: specifier, main }) => {
    const known = JSON.stringify({ ...traits, package: specifier })
    return `  ${JSON.stringify(name)}: { ...${known}, load: () => import(${JSON.stringify(main)}) },\n`
  })
  const { main } = dependency('@anyhandler/core/host')
  // Not from `main` itself: with it a start would load everything that it exports and any other part of the host uses.
  return `import { readEnv } from ${JSON.stringify(besideFile(main, '../env/env'))}
import { runProcess } from ${JSON.stringify(besideFile(main, 'process-life'))}
const builtIns = {
${table.join('')}}
void runProcess({
  env: readEnv(process.env),
  builtIns,
  logTo: 1,
  argv: [process.execPath, ...process.execArgv, ...process.argv.slice(1)],
  variables: process.env,
})
`
}

/** Files of the bundle, without extension: the program that Lambda starts, and the host's code. */
export const program = 'host'
export const hostCode = 'runtime'

/** A language whose handlers run in threads. */
export interface ThreadedLanguage {
  readonly name: string
  /** With the dot. */
  readonly extensions: readonly string[]
}

/**
 * The source of the program. If the handler's file is in a language that runs in threads, a thread starts while the
 * host's code is loaded. The host itself decides about the language later; a thread that it doesn't need ends.
 *
 * @param extension Of the bundle's files, with the dot.
 */
export function programOf(threaded: readonly ThreadedLanguage[], ahead: string, extension: string): string {
  const load = `require('./${hostCode}${extension}')\n`
  if (threaded.length === 0) return `'use strict'\n${load}`
  const languages = threaded.map(({ name, extensions }) => [name, extensions])
  return `'use strict'
const { existsSync } = require('node:fs')
const { _HANDLER = '', LAMBDA_TASK_ROOT, AWS_LAMBDA_EXEC_WRAPPER, AWS_LAMBDA_MAX_CONCURRENCY } = process.env
// A handler may name its language: "sql:report".
const colon = _HANDLER.indexOf(':')
const file = LAMBDA_TASK_ROOT + '/' + _HANDLER.slice(colon + 1)
const isThreaded = ([name, extensions]) =>
  (colon < 0 || name === _HANDLER.slice(0, colon)) &&
  extensions.some((extension) => existsSync(file.endsWith(extension) ? file : file + extension))
if (!AWS_LAMBDA_EXEC_WRAPPER && !AWS_LAMBDA_MAX_CONCURRENCY && ${JSON.stringify(languages)}.some(isThreaded)) {
  try {
    require('./${ahead}${extension}')
  } catch {
    // The host says why a thread can't be started, if it needs one.
  }
}
${load}`
}
