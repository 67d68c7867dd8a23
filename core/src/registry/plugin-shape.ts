import type { Plugin } from '../contract.ts'
import { HostError } from '../errors.ts'
import { described, listed, quote } from '../wording.ts'

const methods = ['setup', 'invoke', 'cleanup'] as const
const hooks = ['beforeSnapshot', 'afterRestore'] as const

/**
 * Checks the result of a factory, so that a plugin's mistake shows at the start and not at the first event.
 *
 * @param name the name in the configuration
 * @param what the plugin's name in the error: `plugin 'perl' (anyhandler-plugin-perl)`
 * @throws HostError `Runtime.PluginInvalid` naming every fault
 */
export function checkShape(made: unknown, name: string, what: string): Plugin {
  const faults = faultsOf(made, name)
  if (faults.length > 0) {
    const cure = cureOf(made, name)
    const problem = `${what} is not a plugin: ${listed(faults)}`
    throw new HostError('Runtime.PluginInvalid', { problem, ...(cure !== undefined && { cure }) })
  }
  return made as Plugin
}

/** For a plugin whose name and key differ. */
function cureOf(made: unknown, name: string): string | undefined {
  const own = typeof made === 'object' && made !== null && 'name' in made ? made.name : undefined
  if (typeof own !== 'string' || own === name) return undefined
  const inPlugin = `write name: ${quote(name)} in the plugin`
  return /^[a-z0-9-]+$/.test(own)
    ? `${inPlugin}, or ${quote(own)} in place of ${quote(name)} in the configuration`
    : inPlugin
}

function faultsOf(made: unknown, name: string): string[] {
  if (typeof made !== 'object' || made === null)
    return [`its factory returned ${described(made)} in place of an object`]
  const plugin = made as Record<string, unknown>
  const faults: string[] = []
  if (plugin.name !== name) faults.push(`its name is ${described(plugin.name)} but it is configured as ${quote(name)}`)
  const { extensions } = plugin
  if (!Array.isArray(extensions)) faults.push(`extensions is ${described(extensions)} in place of a list`)
  else {
    const wrong: unknown = extensions.find(
      (extension) => typeof extension !== 'string' || !/^\.[^./]+$/.test(extension),
    )
    if (wrong !== undefined)
      faults.push(`extensions has ${described(wrong)}; an extension is written with its dot, such as '.pl'`)
  }
  if (plugin.http !== undefined && plugin.http !== 'shape' && plugin.http !== 'never')
    faults.push(`http is ${described(plugin.http)} in place of 'shape' or 'never'`)
  for (const method of methods) {
    if (typeof plugin[method] !== 'function')
      faults.push(`${method} is ${described(plugin[method])} in place of a function`)
  }
  for (const hook of hooks) {
    if (plugin[hook] !== undefined && typeof plugin[hook] !== 'function')
      faults.push(`${hook} is ${described(plugin[hook])} in place of a function`)
  }
  return faults
}
