import { answer } from '../answer.ts'
import { isBatchKind } from '../batches/batch.ts'
import type { Config } from '../config/config.ts'
import type { HandlerRef, Invocation, Plugin, PluginEnv } from '../contract.ts'
import { messageOf } from '../errors.ts'
import { kindOf } from '../events/kind-of.ts'
import { isProxyKind } from '../events/kinds.ts'
import type { EventKind } from '../events/kinds.ts'
import type { Log } from '../log/log.ts'
import type { Registry } from '../registry/registry.ts'
import type { Found } from './found.ts'
import { derived, leadTo, marginOf } from './invocation.ts'
import { routesName } from './is-plain.ts'
import { Picker } from './picker.ts'
import { allBroken, Plugins } from './plugins.ts'
import type { Broken } from './plugins.ts'
import { Shaping } from './shaping.ts'
import { runSteps } from './steps.ts'
import { targetNames, targetOf, withDefaults } from './targets.ts'
import type { Target } from './targets.ts'
import { isWarmer } from './warmer.ts'

/** Default limit of bash and Python processes that stay warm together. */
const usualWorkers = 16

export interface DispatchOptions {
  /** `_HANDLER`. */
  readonly name: string
  readonly config: Config
  readonly registry: Registry
  readonly taskRoot: string
  /** Makes the private folder and returns the environment of plugins. */
  pluginEnv(): Omit<PluginEnv, 'handlers'>
  readonly log: Log
}

/**
 * Opens the layer between pollers and plugins for functions with several handlers, sequences or batches.
 *
 * @throws HostError `Runtime.AmbiguousHandler` when a file or a mapping is also called `routes`
 */
export function openDispatch({ name, taskRoot, config, registry, pluginEnv: makeEnv, log }: DispatchOptions): Found {
  const onNote = (note: string): void => log.record('WARN', note)
  const places = { taskRoot, languages: registry.languages, handlers: config.handlers, onNote }
  const targets = targetNames(name, config, places).map((one) => targetOf(one, config, places))
  const handlers = [...new Map(targets.flatMap((one) => one.handlers).map((one) => [one.name, one])).values()]
  const base = makeEnv()
  const pluginEnv: PluginEnv = {
    ...base,
    handlers,
    ...(handlers.length > 1 && { workers: workersOf(config, base, handlers) }),
  }
  const later = Object.entries(config.plugins).flatMap(([plugin, entry]) =>
    entry && entry.eager === false ? [plugin] : [],
  )
  const plugins = new Plugins(registry, pluginEnv, new Set(later))
  const events = new Events({ name, config, targets, plugins, log })
  // Loaded while the languages start, because the first event would have to wait for it.
  const usesEach = targets.some(({ each }) => each) || config.sources?.some(({ unwrap }) => unwrap)
  const plugin: Plugin = {
    name: routesName,
    extensions: [],
    get marginMs() {
      return plugins.marginMs as number
    },
    async setup() {
      const [setUp] = await Promise.all([plugins.setUp(), usesEach && import('./each.ts')])
      const broken = [...targets.flatMap(notFound), ...setUp]
      const isUsable = ({ error, handlers: own }: Target): boolean =>
        error === undefined && !own.some((handler) => broken.some((one) => one.handler.name === handler.name))
      if (!targets.some(isUsable)) throw allBroken(broken)
      for (const { handler, error } of broken)
        log.record('ERROR', `${handler.name} can't be loaded, so its events fail: ${messageOf(error)}`)
    },
    invoke: (invocation) => events.answer(invocation),
    beforeSnapshot: () => plugins.beforeSnapshot(),
    afterRestore: () => plugins.afterRestore(),
    cleanup: () => plugins.cleanUp(),
  }
  return { plugin, pluginEnv, handler: unknownHandler(name), shaping: new PluralShaping(config.shape, plugins, log) }
}

/** The limit is raised to the number that one event may need. */
function workersOf(
  { routing }: Config,
  { concurrency }: Pick<PluginEnv, 'concurrency'>,
  handlers: readonly HandlerRef[],
): number {
  const atOnce = concurrency * Math.max(...handlers.map(({ parallel = 1 }) => parallel))
  return Math.max(routing?.workers ?? usualWorkers, atOnce)
}

function notFound({ name, error }: Target): readonly Broken[] {
  return error === undefined ? [] : [{ handler: unknownHandler(name), error }]
}

/** Placeholder for a handler that no language runs. */
function unknownHandler(name: string): HandlerRef {
  return { name, plugin: routesName, target: name }
}

/** Finds the handler of each event, and runs it. */
class Events {
  readonly #config: Config
  readonly #picker: Picker | undefined
  readonly #targets: ReadonlyMap<string, Target>
  readonly #only: Target
  readonly #plugins: Plugins
  readonly #log: Log

  constructor({
    name,
    config,
    targets,
    plugins,
    log,
  }: Pick<DispatchOptions, 'name' | 'config' | 'log'> & {
    readonly targets: readonly Target[]
    readonly plugins: Plugins
  }) {
    this.#config = config
    this.#picker = name === routesName && (config.routes || config.sources) ? new Picker(config) : undefined
    this.#targets = new Map(targets.map((target) => [target.name, target]))
    this.#only = targets[0] as Target
    this.#plugins = plugins
    this.#log = log
  }

  async answer(invocation: Invocation): Promise<unknown> {
    const { warmer } = this.#config
    if (warmer && isWarmer(invocation.event, warmer)) return answer({ body: 'null' })
    if (!this.#picker) return this.#run(this.#only, invocation, this.#only.each)
    const choice = this.#picker.pick(invocation.event)
    if ('answer' in choice) return choice.answer
    const { run, kind, event, params, unwrap } = choice
    const target = this.#targets.get(run) as Target
    const each = unwrap ? { ...(target.each ?? withDefaults({})), unwrap } : target.each
    leadTo(invocation, target.handlers[0] ?? unknownHandler(run))
    const routed = derived(invocation, { event, ...(params && { params }) })
    try {
      return await this.#run(target, routed, each, kind)
    } finally {
      // So that the log names the step that ran last.
      leadTo(invocation, routed.handler)
    }
  }

  async #run(target: Target, invocation: Invocation, each: Target['each'], known?: EventKind): Promise<unknown> {
    if (target.error !== undefined) throw target.error
    const looks = each !== undefined || target.failOn !== undefined
    const kind = looks ? (known ?? kindOf(invocation.event)) : 'other'
    if (each && isBatchKind(kind)) {
      const { invokeEach } = await import('./each.ts')
      return invokeEach({
        invocation,
        kind,
        each,
        marginMs: marginOf(invocation.remaining(), this.#plugins.marginMs),
        log: this.#log,
        run: (record) => runSteps(target, record, this.#plugins, true),
        ...(isOnlyDone(target) && { runSeries: seriesRunner(target.handlers[0] as HandlerRef, this.#plugins) }),
      })
    }
    // `failOn` is ignored for HTTP events: their sender sees the status itself.
    return runSteps(target, invocation, this.#plugins, !isProxyKind(kind))
  }
}

/** True if the answer to a record isn't looked at. */
function isOnlyDone({ handlers, failOn }: Target): boolean {
  return handlers.length === 1 && failOn === undefined
}

function seriesRunner(handler: HandlerRef, plugins: Plugins): NonNullable<Plugin['invokeSeries']> {
  return (invocation, records, onFailed) => {
    const plugin = plugins.of(handler)
    // It still starts: the first records wait for it one by one.
    if (plugin instanceof Promise) return undefined
    leadTo(invocation, handler)
    return plugin.invokeSeries?.(invocation, records, onFailed)
  }
}

/** Shapes each answer by the setting of the plugin that made it. */
class PluralShaping implements Pick<Shaping, 'respond'> {
  readonly #of: (plugin: string) => Shaping
  readonly #known = new Map<string, Shaping>()

  constructor(shape: boolean, plugins: Plugins, log: Log) {
    this.#of = (plugin) => new Shaping(shape, plugins.http(plugin), log)
  }

  respond(...[value, invocation]: Parameters<Shaping['respond']>): ReturnType<Shaping['respond']> {
    const { plugin } = invocation.handler
    let shaping = this.#known.get(plugin)
    if (!shaping) {
      shaping = this.#of(plugin)
      this.#known.set(plugin, shaping)
    }
    return shaping.respond(value, invocation)
  }
}
