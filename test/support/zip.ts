import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fromBufferPromise } from 'yauzl'

/** A file in a zip, as the central directory describes it. */
export interface ZipEntry {
  readonly name: string
  /** Unix mode, with the file type. */
  readonly mode: number
  /** DOS date and time, as one number. */
  readonly time: number
  readonly extraLength: number
  read(): Promise<Buffer>
}

/** The files of a zip, in its order. */
export async function readZip(file: string): Promise<readonly ZipEntry[]> {
  const zip = await fromBufferPromise(readFileSync(file), { lazyEntries: true })
  const entries: ZipEntry[] = []
  for await (const entry of zip.eachEntry()) {
    entries.push({
      name: entry.fileName,
      mode: entry.externalFileAttributes >>> 16,
      time: ((entry.lastModFileDate << 16) | entry.lastModFileTime) >>> 0,
      extraLength: entry.extraFieldLength,
      read: async () => buffer(await zip.openReadStreamPromise(entry)),
    })
  }
  return entries
}

/** Unpacks a zip as Lambda does: files with the modes that the zip says, in folders that everybody may read. */
export async function unzip(file: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  for (const entry of await readZip(file)) {
    const path = join(folder, entry.name)
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
    writeFileSync(path, await entry.read())
    chmodSync(path, entry.mode & 0o777)
  }
}
