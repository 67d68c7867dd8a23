import type { HandlerRef, HttpAnswers, Plugin, PluginEnv } from '../contract.ts'
import { HandlerError, HostError, messageOf } from '../errors.ts'
import type { Registry } from '../registry/registry.ts'
import { reportError } from '../response/error-body.ts'
import { trace } from '../trace.ts'

/** A handler that could not be loaded. */
export interface Broken {
  readonly handler: HandlerRef
  readonly error: unknown
}

/** A language with the handlers that it runs. */
interface InUse {
  readonly name: string
  readonly handlers: readonly HandlerRef[]
  readonly broken: Broken[]
  /** Set, or still being set up. */
  plugin?: Plugin
  /** Set once all of its handlers are loaded. */
  ready?: Plugin
  env?: PluginEnv
  settingUp?: Promise<void>
}

/**
 * All languages of a function. They are set up and cleaned up together, each with its own handlers. A handler that
 * can't be loaded doesn't stop the others.
 */
export class Plugins {
  readonly #registry: Registry
  readonly #env: PluginEnv
  readonly #inUse: ReadonlyMap<string, InUse>
  readonly #later: ReadonlySet<string>
  #closed = false

  /**
   * @param env `handlers` has the handlers of all languages
   * @param later languages that start at the first event that needs them
   */
  constructor(registry: Registry, env: PluginEnv, later: ReadonlySet<string>) {
    this.#registry = registry
    this.#env = env
    this.#later = later
    const byName = Map.groupBy(env.handlers, ({ plugin }) => plugin)
    this.#inUse = new Map([...byName].map(([name, handlers]) => [name, { name, handlers, broken: [] }]))
  }

  /** The longest margin of all loaded plugins, because the event's language is unknown when its timer starts. */
  get marginMs(): number | undefined {
    const margins = [...this.#inUse.values()].flatMap(({ plugin }) => plugin?.marginMs ?? [])
    return margins.length > 0 ? Math.max(...margins) : undefined
  }

  /** The plugin's setting for HTTP answers, once it is set up. */
  http(name: string): HttpAnswers | undefined {
    return this.#inUse.get(name)?.plugin?.http
  }

  /** Never rejects; returns the {@link Broken} handlers, which could not be set up. */
  async setUp(): Promise<readonly Broken[]> {
    const now = [...this.#inUse.values()].filter(({ name }) => !this.#later.has(name))
    await Promise.all(now.map((language) => this.#setUpOnce(language)))
    return now.flatMap(({ broken }) => broken)
  }

  /**
   * The plugin that runs a handler, after its setup.
   * @throws the error that kept the handler from being loaded
   */
  of(handler: HandlerRef): Plugin | Promise<Plugin> {
    const language = this.#inUse.get(handler.plugin) as InUse
    return language.ready ?? this.#ready(language, handler)
  }

  async cleanUp(): Promise<void> {
    this.#closed = true
    await this.#each((plugin, env) => plugin.cleanup(env), false)
  }

  /** Calls the hooks in reverse order of the setup. */
  async beforeSnapshot(): Promise<void> {
    await this.#each((plugin, env) => plugin.beforeSnapshot?.(env), true)
  }

  async afterRestore(): Promise<void> {
    await this.#each((plugin, env) => plugin.afterRestore?.(env), false)
  }

  async #ready(language: InUse, handler: HandlerRef): Promise<Plugin> {
    await this.#setUpOnce(language)
    const broken = language.broken.find((one) => one.handler.name === handler.name)
    if (broken) throw broken.error
    return language.plugin as Plugin
  }

  #setUpOnce(language: InUse): Promise<void> {
    language.settingUp ??= this.#setUp(language).then(() => {
      if (language.plugin && language.broken.length === 0) language.ready = language.plugin
    })
    return language.settingUp
  }

  async #setUp(language: InUse): Promise<void> {
    const { name, handlers, broken } = language
    const failure = await this.#attempt(language, handlers, () => this.#registry.load(name))
    if (failure === undefined) return
    if (handlers.length === 1 || isOfLanguage(failure.thrown)) {
      broken.push(...handlers.map((handler) => ({ handler, error: failure.thrown })))
      return
    }
    trace.host?.(`the ${name} plugin failed with ${handlers.length} handlers: each is tried alone`)
    const alone = await Promise.all(
      handlers.map((handler) => this.#attempt({ ...language }, [handler], () => this.#registry.make(name), true)),
    )
    broken.push(
      ...handlers.flatMap((handler, index) => {
        const fault = alone[index]
        return fault ? [{ handler, error: fault.thrown }] : []
      }),
    )
    const good = handlers.filter((_handler, index) => !alone[index])
    if (good.length === 0) return
    const again = await this.#attempt(language, good, () => this.#registry.make(name))
    if (again) broken.push(...good.map((handler) => ({ handler, error: again.thrown })))
  }

  /** @returns the failure, after cleaning up; `undefined` when the plugin is set up */
  async #attempt(
    language: InUse,
    handlers: readonly HandlerRef[],
    make: () => Promise<Plugin>,
    probe = false,
  ): Promise<{ readonly thrown: unknown } | undefined> {
    const env: PluginEnv = { ...this.#env, handlers }
    let plugin: Plugin | undefined
    try {
      plugin = await make()
      // `cleanUp` may be called before the setup has finished.
      Object.assign(language, { plugin, env })
      await plugin.setup(env)
      if (probe || this.#closed) await plugin.cleanup(env)
      return undefined
    } catch (thrown) {
      delete language.plugin
      try {
        await plugin?.cleanup(env)
      } catch (error) {
        this.#env.log(`cleanup of the ${language.name} plugin failed: ${messageOf(error)}`, { level: 'ERROR' })
      }
      return { thrown }
    }
  }

  /** Calls all plugins, even if one fails. @throws the failure, or an error that names all failures */
  async #each(ask: (plugin: Plugin, env: PluginEnv) => unknown, reversed: boolean): Promise<void> {
    const languages = [...this.#inUse.values()]
    const failures: { readonly name: string; readonly thrown: unknown }[] = []
    for (const { name, plugin, env } of reversed ? languages.toReversed() : languages) {
      if (!plugin || !env) continue
      try {
        await ask(plugin, env)
      } catch (thrown) {
        failures.push({ name, thrown })
      }
    }
    if (failures.length === 0) return
    if (failures.length === 1) throw failures[0]?.thrown
    throw new AggregateError(
      failures.map(({ thrown }) => thrown),
      failures.map(({ name, thrown }) => `${name}: ${messageOf(thrown)}`).join('; '),
    )
  }
}

/** True for a fault of the language itself, which affects all of its handlers. */
function isOfLanguage(thrown: unknown): boolean {
  return (
    HostError.is(thrown) && /^Runtime\.(?:Interpreter|Plugin|InvalidConfiguration|InvalidEnvironment)/.test(thrown.code)
  )
}

/** The error of a function without a usable handler: the only handler's error, or an error that names all. */
export function allBroken(broken: readonly Broken[]): unknown {
  const [first, ...others] = broken
  if (!first || others.length === 0) return first?.error
  const { errorType } = reportError(first.error)
  const message = broken.map(({ handler, error }) => `${handler.name}: ${messageOf(error)}`).join('; ')
  return HostError.is(first.error)
    ? new HostError(first.error.code, { problem: `no handler can be loaded: ${message}`, cause: first.error })
    : new HandlerError({ errorType, message: `no handler can be loaded: ${message}`, cause: first.error })
}
