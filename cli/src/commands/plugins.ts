import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HostError, loadConfig, Registry, resolvePlugin } from '@anyhandler/core/host'
import type { Language } from '@anyhandler/core/host'
import { builtIns } from '../built-ins.ts'
import type { Parsed } from '../command-line/command.ts'
import type { plugins as table } from '../flags/plugins.ts'
import { openRoot } from '../root.ts'
import { routeRows } from '../route-rows.ts'
import type { RouteRow } from '../route-rows.ts'

export async function plugins({ values }: Parsed<typeof table>): Promise<number> {
  if (values.check !== undefined) {
    const { checkPlugin } = await import('../plugin-check/check-plugin.ts')
    return checkPlugin(values.check, values.handlers)
  }
  const root = openRoot(values.root)
  const configFile = values.config
  const config = await loadConfig(root, configFile === undefined ? undefined : resolve(configFile))
  const { languages } = new Registry(builtIns, config, root)
  if (values.routes === true) return printRoutes(routeRows(config, languages, root), values.json === true)
  const rows = languages.map((language) => ({
    language: language.name,
    extensions: language.extensions,
    package: language.specifier,
    version: versionOf(language, root),
    from: language.origin === 'built-in' ? 'built in' : relative(root, config.file ?? '') || 'configuration',
  }))
  if (values.json === true) process.stdout.write(`${JSON.stringify(rows)}\n`)
  else process.stdout.write(aligned([['LANGUAGE', 'EXTENSIONS', 'PACKAGE', 'VERSION', 'FROM'], ...rows.map(cellsOf)]))
  return 0
}

/** @returns the exit code: 1 when one of them leads nowhere */
function printRoutes(rows: readonly RouteRow[], json: boolean): number {
  if (json) process.stdout.write(`${JSON.stringify(rows)}\n`)
  else {
    const cells = rows.map(({ from, run, files, languages, problem }) => [
      from,
      run,
      problem === undefined ? files.join(', ') : `— ${problem}`,
      languages.join(', '),
    ])
    process.stdout.write(aligned([['FROM', 'HANDLER', 'FILE', 'LANGUAGE'], ...cells]))
  }
  return rows.some(({ problem }) => problem !== undefined) ? 1 : 0
}

/** The version in the package.json nearest to the plugin's file. */
function versionOf(language: Language, root: string): string {
  try {
    const entry =
      language.origin === 'built-in'
        ? fileURLToPath(import.meta.resolve(language.specifier))
        : resolvePlugin(language, root)
    for (let folder = dirname(entry); ; folder = dirname(folder)) {
      const file = join(folder, 'package.json')
      if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version?: string }).version ?? '-'
      if (folder === dirname(folder)) return '-'
    }
  } catch (error) {
    if (HostError.is(error) && error.code === 'Runtime.PluginNotFound') return 'not installed'
    throw error
  }
}

function cellsOf(row: Readonly<Record<string, string | readonly string[]>>): readonly string[] {
  return Object.values(row).map((cell) => (typeof cell === 'string' ? cell : cell.join(' ')))
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
