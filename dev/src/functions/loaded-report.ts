import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * The file in which a language lists the files that it has loaded, one path a line. Python writes it when
 * `ANYHANDLER_LOADED` names a file.
 */
export interface LoadedReport {
  readonly path: string
  /** All files that were reported so far. */
  files(): readonly string[]
  close(): void
}

let folder: string | undefined
let count = 0

/** A new file in the private folder of this process. */
export function openReport(): LoadedReport {
  folder ??= mkdtempSync(join(tmpdir(), 'anyhandler-dev-'))
  const path = join(folder, `loaded-${++count}`)
  const found = new Set<string>()
  let read = 0
  let rest = ''
  const fd = openSync(path, 'a+')
  let isOpen = true
  return {
    path,
    files() {
      if (!isOpen) return [...found]
      const bytes = Buffer.alloc(64 * 1024)
      for (let size = 1; size > 0; read += size) {
        size = readSync(fd, bytes, 0, bytes.length, read)
        const lines = (rest + bytes.toString('latin1', 0, size)).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) found.add(Buffer.from(line, 'latin1').toString())
      }
      return [...found]
    },
    close() {
      if (!isOpen) return
      isOpen = false
      closeSync(fd)
      rmSync(path, { force: true })
    },
  }
}

/** Removes the private folder. */
export function closeReports(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  folder = undefined
}
