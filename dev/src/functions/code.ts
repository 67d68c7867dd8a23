import { dirname, relative } from 'node:path'
import { LoadedFiles } from '../watch/loaded-files.ts'
import type { Entry } from './catalogue.ts'

export interface CodeRules {
  readonly root: string
  /** Files that every function depends on. */
  shared(): readonly string[]
  /**
   * The code has changed: the running instances have the old code. @param files that have changed, relative to the
   * root; none if one of them was found later
   */
  renewed(files: readonly string[]): void
  /** No file is being saved any more. */
  settled(): void
}

/** A changed file counts as complete after this time without a write: a save may consist of several writes. */
const settledMs = 10

/** Nobody saves a file between two events that follow each other faster than this. Checking 300 files takes 2 ms. */
const lookEveryMs = 5

/** The files of a function, and the number of their present state. */
export class Code {
  readonly #rules: CodeRules
  readonly #files = new LoadedFiles()
  #entry: Entry
  #generation = 0
  #lookedAt = 0
  #settling: Promise<void> | undefined

  constructor(entry: Entry, rules: CodeRules) {
    this.#entry = entry
    this.#rules = rules
    this.#files.reset(this.#sources())
  }

  get entry(): Entry {
    return this.#entry
  }

  /** Counts the states. */
  get generation(): number {
    return this.#generation
  }

  /** Absolute paths. */
  get files(): readonly string[] {
    return this.#files.paths
  }

  /** Folders in which one of its files lies, or may come to lie. */
  get folders(): readonly string[] {
    return [...new Set([...this.files.map((path) => dirname(path)), ...this.#entry.sources.folders])]
  }

  /** Resolves when no file is being saved; a read before that would give neither the old nor the new code. */
  get settling(): Promise<void> | undefined {
    return this.#settling
  }

  /** True if the files were checked just now. */
  get isFresh(): boolean {
    return performance.now() - this.#lookedAt < lookEveryMs
  }

  /** Checks if a file has changed. */
  look(entry = this.#entry): boolean {
    this.#entry = entry
    this.#lookedAt = performance.now()
    const known = new Set(this.files)
    const further = this.#sources().filter((path) => !known.has(path))
    const changed = [...this.#files.changed(), ...further]
    if (changed.length === 0) return false
    this.#renew(changed.map((path) => relative(this.#rules.root, path)))
    return true
  }

  /**
   * Adds files that an instance has loaded, which was not known before. @param since epoch milliseconds of its start
   */
  learn(paths: readonly string[], since: number): void {
    if (this.#files.add(paths, since)) this.#renew([])
  }

  #sources(): readonly string[] {
    return [...new Set([...this.#entry.sources.files, ...this.#rules.shared()])]
  }

  #renew(changed: readonly string[]): void {
    this.#generation++
    // The new code may lack imports of the old code; the start of the new code reports them again.
    this.#files.reset(new Set([...this.#sources(), ...this.files]))
    this.#settling = this.#settle()
    this.#rules.renewed(changed)
    void this.#settling.then(() => this.#rules.settled())
  }

  async #settle(): Promise<void> {
    const generation = this.#generation
    await new Promise((resolve) => setTimeout(resolve, settledMs))
    if (generation === this.#generation) this.look()
    if (generation === this.#generation) this.#settling = undefined
    else await this.#settling
  }
}
