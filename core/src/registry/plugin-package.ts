import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { HostError, messageOf } from '../errors.ts'
import type { HostErrorInit } from '../errors.ts'
import { importTarget } from './package-exports.ts'
import type { Language } from '../language.ts'
import { isInside } from '../task-root.ts'
import { quote } from '../wording.ts'

/** The folder in which Lambda unpacks the packages of a layer. */
const layer = '/opt/nodejs/node_modules'

type Wanted = Pick<Language, 'name' | 'specifier'>

/**
 * Finds the file to import for a plugin of the configuration. A path is relative to the task root and must stay inside.
 * A package is searched from the task root (in its `node_modules` and those above, as Node does), then in the layers,
 * then in the host's own installation.
 *
 * @returns an absolute path
 * @throws HostError `Runtime.PluginNotFound`, `Runtime.PluginInvalid` (a package without an entry),
 * `Runtime.InvalidConfiguration` (a path that leads out)
 */
export function resolvePlugin(wanted: Wanted, taskRoot: string, layerModules: string = layer): string {
  return /^\.\.?\//.test(wanted.specifier)
    ? resolvePath(wanted, taskRoot)
    : resolvePackage(wanted, taskRoot, layerModules)
}

function resolvePath({ name, specifier }: Wanted, taskRoot: string): string {
  const path = resolve(taskRoot, specifier)
  const outside = (where: string) =>
    new HostError('Runtime.InvalidConfiguration', {
      at: `plugins.${name}.package`,
      problem: `plugins.${name}.package is ${quote(specifier)}, which leads out of the task root${where}`,
      cure: 'install a plugin from another folder as a package',
    })
  if (!isInside({ path, folder: taskRoot })) throw outside('')
  if (!existsSync(path)) {
    throw new HostError('Runtime.PluginNotFound', {
      problem: `plugin ${quote(name)}: there is no file ${quote(specifier)} in the task root ${taskRoot}`,
      cure: `put it there, or name another one in plugins.${name}.package of the configuration`,
    })
  }
  const entry = statSync(path).isDirectory() ? entryOf(path, '.', { name, specifier }) : path
  const real = realpathSync(entry)
  if (!isInside({ path: real, folder: taskRoot })) throw outside(` to ${quote(real)}`)
  return entry
}

function resolvePackage(wanted: Wanted, taskRoot: string, layerModules: string): string {
  const { packageName, subpath } = /^(?<packageName>(?:@[^/]+\/)?[^/]+)(?<subpath>.*)$/.exec(wanted.specifier)!
    .groups as { packageName: string; subpath: string }
  const places = [...modulesAbove(taskRoot), layerModules, ...modulesAbove(import.meta.dirname)]
  const folder = places.map((place) => join(place, packageName)).find((path) => existsSync(path))
  if (!folder) {
    throw new HostError('Runtime.PluginNotFound', {
      problem: `plugin ${quote(wanted.name)}: the package ${quote(packageName)} is not installed`,
      cure: `run 'npm install ${packageName}' in the task root ${taskRoot}, or put it into a layer under nodejs/node_modules`,
    })
  }
  return entryOf(folder, `.${subpath}`, wanted)
}

/** The `node_modules` that Node would search from a folder, nearest first. */
function modulesAbove(folder: string): string[] {
  const parent = dirname(folder)
  const here = join(folder, 'node_modules')
  return parent === folder ? [here] : [here, ...modulesAbove(parent)]
}

/**
 * The file that `import` would load: by `exports` if the package has them, else like `require` (`main`, `index.js`,
 * with omitted extensions).
 */
function entryOf(folder: string, subpath: string, { name, specifier }: Wanted): string {
  const invalid = ({ problem, ...rest }: HostErrorInit) =>
    new HostError('Runtime.PluginInvalid', { problem: `plugin ${quote(name)} (${specifier}): ${problem}`, ...rest })
  const exports = readExports(folder, invalid)
  if (exports !== undefined && exports !== null) {
    const target = importTarget(exports, subpath)
    if (target === undefined) {
      throw invalid({ problem: `its package.json exports no ${quote(subpath)} that can be imported` })
    }
    return join(folder, target)
  }
  try {
    // Imported here, because an import above would slow each start.
    return process
      .getBuiltinModule('node:module')
      .createRequire(join(folder, 'package.json'))
      .resolve(join(folder, subpath))
  } catch (error) {
    throw invalid({
      problem: `${quote(join(folder, subpath))} has no file to import`,
      cure: 'main or exports in its package.json must name one',
      cause: error,
    })
  }
}

function readExports(folder: string, invalid: (fault: HostErrorInit) => HostError): unknown {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return undefined
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { exports?: unknown }).exports
  } catch (error) {
    throw invalid({ problem: `its package.json can't be read: ${messageOf(error)}`, cause: error })
  }
}
