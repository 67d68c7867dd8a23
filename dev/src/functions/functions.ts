import { relative } from 'node:path'
import type { InstanceOptions } from '../instances/instance.ts'
import { Folders } from '../watch/folders.ts'
import { Catalogue } from './catalogue.ts'
import type { CatalogueOptions, Entry, Route } from './catalogue.ts'
import { DevFunction } from './dev-function.ts'
import { closeReports } from './loaded-report.ts'
import type { LoadedReport } from './loaded-report.ts'

export interface FunctionsOptions {
  readonly catalogue: CatalogueOptions
  readonly maxInstances: number
  instance(entry: Entry, report: LoadedReport): InstanceOptions
  /** Something that a state shows has changed. */
  changed(): void
  reloaded(reload: { readonly functions: readonly string[]; readonly files: readonly string[] }): void
  /** A sentence that is shown once. */
  notice(sentence: string): void
}

/** Reloads within this time, in milliseconds, are reported together. */
const gatherMs = 20

/** All functions of the folder. Each is made at its first use, and follows the changes of its files. */
export class Functions {
  readonly #options: FunctionsOptions
  readonly #functions = new Map<string, DevFunction>()
  readonly #folders: Folders
  #catalogue: Catalogue
  #isRenewing = false
  #isDirty = false
  readonly #reloads = new Map<string, readonly string[]>()
  /** The reason why the configuration can't be read at present; the last valid one applies meanwhile. */
  configError: string | undefined

  private constructor(options: FunctionsOptions, catalogue: Catalogue) {
    this.#options = options
    this.#catalogue = catalogue
    this.#folders = new Folders({
      onChange: () => this.#look(),
      onPolling: (reason) =>
        options.notice(`folders can't be watched any more (${reason}), so files are checked four times a second`),
    })
    this.#watch()
  }

  /** @throws HostError when the configuration is wrong */
  static async open(options: FunctionsOptions): Promise<Functions> {
    return new Functions(options, await Catalogue.read(options.catalogue))
  }

  get entries(): readonly Entry[] {
    return this.#catalogue.entries
  }

  get names(): readonly string[] {
    return this.entries.map(({ name }) => name)
  }

  get routes(): readonly Route[] | undefined {
    return this.#catalogue.routes
  }

  /** The function with routes, if there is one. */
  get front(): string | undefined {
    return this.#catalogue.front?.name
  }

  /** Whether the tables of the configuration lead an HTTP event to a handler. */
  hasRoute(event: Uint8Array): Promise<boolean> {
    return this.#catalogue.hasRoute(event)
  }

  get reload(): { readonly mode: 'watch' | 'poll'; readonly files: number } {
    const files = new Set([...this.#functions.values()].flatMap((one) => one.files))
    return { mode: this.#folders.mode, files: files.size }
  }

  /** The functions that have been used, by name. */
  get made(): ReadonlyMap<string, DevFunction> {
    return this.#functions
  }

  /** The function of this name, or undefined. It also finds new files. */
  async find(name: string): Promise<DevFunction | undefined> {
    const known = this.#functions.get(name)
    if (known) return known
    if (!this.#catalogue.find(name)) await this.#renewCatalogue()
    const entry = this.#catalogue.find(name)
    if (!entry) return undefined
    const made = this.#functions.get(name) ?? this.#make(entry)
    this.#functions.set(name, made)
    this.#watch()
    return made
  }

  async close(): Promise<void> {
    this.#folders.close()
    await Promise.all([...this.#functions.values()].map((one) => one.close()))
    closeReports()
  }

  #make(entry: Entry): DevFunction {
    const { catalogue, maxInstances, instance, changed } = this.#options
    return new DevFunction(entry, {
      root: catalogue.root,
      maxInstances,
      shared: () => this.#catalogue.shared,
      instance,
      changed: () => {
        this.#watch()
        changed()
      },
      reloaded: (files) => this.#reloaded(entry.name, files),
    })
  }

  /** Watches the folders of all loaded files, and the root, where new handlers may appear. */
  #watch(): void {
    this.#folders.set([
      this.#options.catalogue.root,
      ...[...this.#functions.values()].flatMap(({ folders }) => folders),
    ])
  }

  #look(): void {
    this.#isDirty = true
    if (!this.#isRenewing) void this.#renew()
  }

  async #renew(): Promise<void> {
    this.#isRenewing = true
    while (this.#isDirty) {
      this.#isDirty = false
      await this.#renewCatalogue()
      for (const [name, one] of this.#functions) one.look(this.#catalogue.find(name))
    }
    this.#isRenewing = false
  }

  /** One save may concern many functions, and is reported once. */
  #reloaded(name: string, files: readonly string[]): void {
    const isDue = this.#reloads.size > 0
    this.#reloads.set(name, [...(this.#reloads.get(name) ?? []), ...files])
    if (isDue) return
    setTimeout(() => {
      const functions = [...this.#reloads.keys()]
      const all = new Set([...this.#reloads.values()].flat())
      this.#reloads.clear()
      this.#options.reloaded({ functions, files: [...all] })
    }, gatherMs)
  }

  async #renewCatalogue(): Promise<void> {
    const before = this.#shown()
    try {
      this.#catalogue = await Catalogue.read(this.#options.catalogue)
      this.configError = undefined
    } catch (error) {
      // The folder itself may be missing for a moment, for example during a checkout.
      const message = error instanceof Error ? error.message : String(error)
      if (this.configError !== message) this.#options.notice(message)
      this.configError = message
    }
    this.#watch()
    if (this.#shown() !== before) this.#options.changed()
  }

  /** The data of a function in a list. */
  #shown(): string {
    const { root } = this.#options.catalogue
    const entries = this.entries.map(({ name, file }) => [name, file && relative(root, file)])
    return JSON.stringify([entries, this.routes, this.configError])
  }
}
