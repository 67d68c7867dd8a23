import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { findHandler, hasRoute, HostError, loadConfig, Registry } from '@anyhandler/core/host'
import type { BuiltIns, Config } from '@anyhandler/core/host'
import type { HandlerRef } from '@anyhandler/core'
import { sourcesOf } from '../watch/sources.ts'
import type { Sources } from '../watch/sources.ts'

export interface CatalogueOptions {
  /** The handlers' folder: absolute, symlinks resolved. */
  readonly root: string
  /** Name of the function that the configuration's routes make. */
  readonly name: string
  readonly builtIns: BuiltIns
  /** A configuration file in place of the one in the folder. */
  readonly configFile?: string
  /** A file of variables, which are part of the functions, too. */
  readonly envFile?: string
  /** Names of the handler files at the top of the folder. */
  handlersFound(config: Config): readonly string[]
}

/** A function that can be invoked. */
export interface Entry {
  readonly name: string
  /** `_HANDLER`. */
  readonly handler: string
  /** Languages of its handlers. */
  readonly languages: readonly string[]
  /** Relative to the root; absent for routes. */
  readonly file?: string
  readonly sources: Sources
}

export interface Route {
  /** `GET /links/{id}`. */
  readonly route: string
  /** Name of a handler. */
  readonly run: string
}

/** `_HANDLER` of the function that the configuration's tables make. */
const routesHandler = 'routes'

/**
 * Which functions there are: each handler of the folder, each name of the configuration, and the function with routes.
 */
export class Catalogue {
  readonly entries: readonly Entry[]
  readonly routes: readonly Route[] | undefined
  readonly #options: CatalogueOptions
  readonly #config: Config

  private constructor(options: CatalogueOptions, config: Config) {
    this.#options = options
    this.#config = config
    this.routes = routesOf(config)
    const names = new Set([...Object.keys(config.handlers), ...options.handlersFound(config)])
    this.entries = [
      ...(this.routes || config.sources ? [this.#withTables()] : []),
      ...[...names].flatMap((name) => this.#entry(name) ?? []),
    ]
  }

  /** Reads the configuration and looks into the folder. @throws HostError */
  static async read(options: CatalogueOptions): Promise<Catalogue> {
    return new Catalogue(options, await loadConfig(options.root, options.configFile))
  }

  /** By name; also a handler that isn't at the top of the folder, as `reports/monthly` or `app.handler`. */
  find(name: string): Entry | undefined {
    return this.entries.find((entry) => entry.name === name) ?? this.#entry(name)
  }

  /** The function that gets all HTTP requests, with any path. */
  get front(): Entry | undefined {
    return this.routes && this.entries[0]
  }

  /** Whether the tables lead an HTTP event to a handler. */
  hasRoute(event: Uint8Array): Promise<boolean> {
    return hasRoute(this.#config, event)
  }

  /** Absolute paths of the files that every function depends on. */
  get shared(): readonly string[] {
    const { root, configFile, envFile } = this.#options
    const found = readdirSync(root).filter((name) => /^anyhandler\.config\.\w+$/.test(name) || name === 'package.json')
    return [
      ...(configFile === undefined ? found.map((name) => join(root, name)) : [configFile]),
      ...(envFile === undefined ? [] : [envFile]),
    ]
  }

  #entry(name: string): Entry | undefined {
    try {
      const handler = this.#handler(name)
      // A handler that only its language can find may or may not exist; a mistyped name is reported better here.
      if (handler.notFound) return undefined
      return { name, handler: name, languages: [handler.plugin], ...this.#about([handler]) }
    } catch (error) {
      if (!HostError.is(error)) throw error
      // Two files fit it, say: the host itself says so when the function is invoked.
      return error.code === 'Runtime.AmbiguousHandler'
        ? { name, handler: name, languages: [], sources: { files: [], folders: [] } }
        : undefined
    }
  }

  #withTables(): Entry {
    const { routes = {}, sources: rules = [] } = this.#config
    const runs = new Set([...Object.values(routes), ...rules.map(({ run }) => run)])
    const handlers = [...runs].flatMap((run) => {
      try {
        return [this.#handler(run)]
      } catch (error) {
        if (!HostError.is(error)) throw error
        return []
      }
    })
    const languages = [...new Set(handlers.map(({ plugin }) => plugin))]
    const { sources } = this.#about(handlers)
    return { name: this.#options.name, handler: routesHandler, languages, sources }
  }

  #handler(name: string): HandlerRef {
    const { root, builtIns } = this.#options
    const { languages } = new Registry(builtIns, this.#config, root)
    return findHandler(name, { taskRoot: root, languages, handlers: this.#config.handlers })
  }

  #about(handlers: readonly HandlerRef[]): Pick<Entry, 'file' | 'sources'> {
    const { root } = this.#options
    const all = handlers.map((handler) => sourcesOf(handler, root, this.#config))
    const [first] = handlers
    return {
      ...(handlers.length === 1 &&
        first?.file !== undefined && { file: first.file.slice(root.length + 1) || basename(first.file) }),
      sources: { files: all.flatMap(({ files }) => files), folders: all.flatMap(({ folders }) => folders) },
    }
  }
}

function routesOf({ routes }: Config): readonly Route[] | undefined {
  return routes && Object.entries(routes).map(([route, run]) => ({ route, run }))
}
