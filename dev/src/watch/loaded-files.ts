import { isSame, stampOf } from './stamp.ts'
import type { Stamp } from './stamp.ts'

/** A file that was found to be loaded later is taken as changed if it has changed since so long before the start: clocks of file systems tick every 4 ms or so. */
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
