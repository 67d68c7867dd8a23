import { isSame, stampOf } from './stamp.ts'
import type { Stamp } from './stamp.ts'

/**
 * A file may be reported after it was loaded. It then counts as changed if its last change is later than this time
 * before the start. Clocks of file systems tick about every 4 ms.
 */
const clockMs = 20

/** The files that a function has loaded, as they were when its instances started. */
export class LoadedFiles {
  readonly #stamps = new Map<string, Stamp | undefined>()

  get paths(): readonly string[] {
    return [...this.#stamps.keys()]
  }

  /** Replaces the list by these files, in their present state. */
  reset(paths: Iterable<string>): void {
    this.#stamps.clear()
    for (const path of paths) this.#stamps.set(path, stampOf(path))
  }

  /**
   * Adds files that an instance has reported only after loading them.
   * @param since epoch milliseconds of its start
   * @returns true if one has changed since: the instance may have read older content
   */
  add(paths: Iterable<string>, since: number): boolean {
    let isStale = false
    for (const path of paths) {
      if (this.#stamps.has(path)) continue
      const stamp = stampOf(path)
      this.#stamps.set(path, stamp)
      if (stamp && stamp.changedAt > since - clockMs) isStale = true
    }
    return isStale
  }

  /** The files whose content has changed. */
  changed(): readonly string[] {
    return this.paths.filter((path) => !isSame(path, this.#stamps.get(path)))
  }
}
