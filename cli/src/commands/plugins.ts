import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HostError, loadConfig, Registry, resolvePlugin } from '@anyhandler/core/host'
import type { Language } from '@anyhandler/core/host'
import { builtIns } from '../built-ins.ts'
import { textOf, UsageError } from '../command.ts'
import type { Command } from '../command.ts'
import { openRoot } from '../root.ts'
import { routeRows } from '../route-rows.ts'
import type { RouteRow } from '../route-rows.ts'

const help = `Usage: anyhandler plugins [--routes] [--root DIR] [--config FILE] [--json]
       anyhandler plugins --check PACKAGE [--handlers DIR]

Lists the languages that handlers can be written in, built in and configured.

  --root DIR      the handlers' folder; the working directory when absent
  --config FILE   a configuration file in place of the one in that folder
  --routes        what leads where instead: each row of routes and sources, with its handler, file and language
  --json          [{"language","extensions","package","version","from"}] on standard output

With --check it looks at one plugin, for its author: what its package.json says, what its factory makes, and the cases of
the conformance kit with the handlers that conformance.json in DIR names (docs/testing.md). Exit code 1 when something
doesn't hold.

  --check PACKAGE  a folder with a package.json, or an installed package
  --handlers DIR   the folder of its handlers; test/handlers in the package when absent
`

export const plugins: Command = {
  name: 'plugins',
  summary: 'the languages, and where each comes from',
  help,
  options: {
    routes: { type: 'boolean' },
    root: { type: 'string' },
    config: { type: 'string' },
    json: { type: 'boolean' },
    check: { type: 'string' },
    handlers: { type: 'string' },
  },
  operands: [],
  async run(values) {
    const checked = textOf(values, 'check')
    const others = checked === undefined ? ['handlers'] : ['routes', 'root', 'config', 'json']
    const foreign = others.find((flag) => values[flag] !== undefined)
    if (foreign !== undefined)
      throw new UsageError(`--${foreign} ${checked === undefined ? 'needs' : "doesn't go with"} --check`)
    if (checked !== undefined) {
      const { checkPlugin } = await import('../plugin-check/check-plugin.ts')
      return checkPlugin(checked, textOf(values, 'handlers'))
    }
    const root = openRoot(textOf(values, 'root'))
    const configFile = textOf(values, 'config')
    const config = await loadConfig(root, configFile === undefined ? undefined : resolve(configFile))
    const { languages } = new Registry(builtIns, config, root)
    if (values['routes'] === true) return printRoutes(routeRows(config, languages, root), values['json'] === true)
    const rows = languages.map((language) => ({
      language: language.name,
      extensions: language.extensions,
      package: language.specifier,
      version: versionOf(language, root),
      from: language.origin === 'built-in' ? 'built in' : relative(root, config.file ?? '') || 'configuration',
    }))
    if (values['json'] === true) process.stdout.write(`${JSON.stringify(rows)}\n`)
    else process.stdout.write(table([['LANGUAGE', 'EXTENSIONS', 'PACKAGE', 'VERSION', 'FROM'], ...rows.map(cellsOf)]))
    return 0
  },
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
    process.stdout.write(table([['FROM', 'HANDLER', 'FILE', 'LANGUAGE'], ...cells]))
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

function table(rows: readonly (readonly string[])[]): string {
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
