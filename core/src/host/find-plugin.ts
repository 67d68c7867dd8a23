import type { Config } from '../config/config.ts'
import type { PluginEnv } from '../contract.ts'
import { findHandler } from '../find-handler/find-handler.ts'
import type { Log } from '../log/log.ts'
import { Registry } from '../registry/registry.ts'
import type { Found } from './found.ts'
import type { HostOptions } from './host-options.ts'
import { isPlain } from './is-plain.ts'
import { resolveTaskRoot } from './resolve-task-root.ts'
import { Shaping } from './shaping.ts'
import { openTmpFolder } from './tmp-folder.ts'

/**
 * Finds handler and plugin of a function, and makes its private folder. @throws HostError when no file or several files
 * are found
 */
export async function findPlugin({ env, builtIns, local }: HostOptions, config: Config, log: Log): Promise<Found> {
  const taskRoot = resolveTaskRoot(env.taskRoot)
  const registry = new Registry(builtIns, config, taskRoot)
  const { handler: name } = env
  const pluginEnv = (): Omit<PluginEnv, 'handlers'> => ({
    taskRoot,
    concurrency: local && !env.managedInstances ? config.concurrency : env.maxConcurrency,
    variables: env.variables,
    tmp: openTmpFolder(env.tmp),
    local: local ?? false,
    log: (line, about) => log.write(line, about),
  })
  if (!isPlain(name, config)) {
    const { openDispatch } = await import('./dispatch.ts')
    return openDispatch({ name, taskRoot, config, registry, pluginEnv, log })
  }
  const places = { taskRoot, languages: registry.languages, handlers: config.handlers }
  const handler = findHandler(name, { ...places, onNote: (note) => log.record('WARN', note) })
  const plugin = await registry.load(handler.plugin)
  const shaping = new Shaping(config.shape, plugin.http, log)
  return { plugin, pluginEnv: { ...pluginEnv(), handlers: [handler] }, handler, shaping }
}
