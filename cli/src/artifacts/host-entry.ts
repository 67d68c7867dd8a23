import type { LanguagePackage } from './language-package.ts'

/**
 * The source of the bundle's entry: the runtime loop with a table of the chosen languages, which are the only ones that
 * the bundle then holds.
 */
export function hostEntry(languages: readonly LanguagePackage[]): string {
  const table = languages.map(({ name, traits, package: specifier, main }) => {
    const known = JSON.stringify({ ...traits, package: specifier })
    return `  ${JSON.stringify(name)}: { ...${known}, load: () => import(${JSON.stringify(main)}) },\n`
  })
  return `import { readEnv, runProcess } from '@anyhandler/core/host'
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
