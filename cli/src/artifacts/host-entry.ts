import type { BuiltIns } from '@anyhandler/core/host'

/**
 * The source of the bundle's entry: the runtime loop with a table of the chosen languages, which are the only ones that the bundle then holds.
 */
export function hostEntry(builtIns: BuiltIns, languages: readonly string[]): string {
  const table = languages.map((name) => {
    const { load: _, ...traits } = builtIns[name]!
    return `  ${JSON.stringify(name)}: { ...${JSON.stringify(traits)}, load: () => import(${JSON.stringify(traits.package)}) },\n`
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
