import { statSync, watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Files are checked after this time without a change, so that a burst counts once (a checkout, an editor that writes,
 * renames and removes). During a longer burst they are checked after the longer time.
 */
const quietMs = 15
const mostMs = 60

/** If changes can't be watched, files are checked at this interval. */
const pollMs = 250

export interface FoldersOptions {
  /** A file in one of the folders may have changed. */
  onChange(): void
  /** Folders can't be watched any more, so they are checked at intervals. */
  onPolling(reason: string): void
  /** Starts a watcher; tests make it fail. */
  readonly open?: typeof watch
}

interface Watched {
  readonly watcher: FSWatcher
  readonly inode: number
}

/**
 * Watches folders without their subfolders. A file is watched through its folder. Editors replace a file by a new one,
 * and a watch on the file itself would stay with the old one.
 */
export class Folders {
  readonly #options: FoldersOptions
  readonly #watched = new Map<string, Watched>()
  #wanted: readonly string[] = []
  #timer: NodeJS.Timeout | undefined
  #since: number | undefined
  #polling: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: FoldersOptions) {
    this.#options = options
  }

  get mode(): 'watch' | 'poll' {
    return this.#polling ? 'poll' : 'watch'
  }

  /** Watches these folders and no others from now on. For a missing folder it watches the nearest one above. */
  set(folders: Iterable<string>): void {
    this.#wanted = [...new Set(folders)]
    this.#renew()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    clearInterval(this.#polling)
    for (const { watcher } of this.#watched.values()) watcher.close()
    this.#watched.clear()
    this.#wanted = []
  }

  #renew(): void {
    if (this.#polling || this.#isClosed) return
    const present = new Set(this.#wanted.map(nearest))
    for (const [folder, { watcher, inode }] of this.#watched) {
      // A folder that was removed and created again is another folder.
      if (present.has(folder) && inodeOf(folder) === inode) continue
      watcher.close()
      this.#watched.delete(folder)
    }
    for (const folder of present) if (!this.#watched.has(folder) && !this.#polling) this.#open(folder)
  }

  #open(folder: string): void {
    const { open = watch } = this.#options
    try {
      const inode = inodeOf(folder)
      const watcher = open(folder, { persistent: true }, () => this.#changed())
      watcher.on('error', (error) => this.#failed(error))
      if (inode !== undefined) this.#watched.set(folder, { watcher, inode })
    } catch (error) {
      this.#failed(error as NodeJS.ErrnoException)
    }
  }

  #failed(error: NodeJS.ErrnoException): void {
    // It has disappeared: the next comparison finds its replacement.
    if (error.code === 'ENOENT') return this.#changed()
    if (this.#polling) return
    for (const { watcher } of this.#watched.values()) watcher.close()
    this.#watched.clear()
    this.#polling = setInterval(() => this.#options.onChange(), pollMs)
    this.#options.onPolling(error.code ?? error.message)
  }

  #changed(): void {
    if (this.#isClosed) return
    const now = performance.now()
    this.#since ??= now
    clearTimeout(this.#timer)
    const left = Math.min(quietMs, Math.max(0, this.#since + mostMs - now))
    this.#timer = setTimeout(() => {
      this.#since = undefined
      this.#renew()
      this.#options.onChange()
    }, left)
  }
}

function nearest(folder: string): string {
  let found = folder
  while (inodeOf(found) === undefined && dirname(found) !== found) found = dirname(found)
  return found
}

function inodeOf(folder: string): number | undefined {
  try {
    const stats = statSync(folder, { throwIfNoEntry: false })
    return stats?.isDirectory() ? stats.ino : undefined
  } catch {
    return undefined
  }
}
