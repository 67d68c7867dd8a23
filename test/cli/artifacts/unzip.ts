import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inflateRawSync } from 'node:zlib'

/** An entry of a zip, as its central directory describes it. */
export interface ZipEntry {
  readonly name: string
  /** Unix mode, with the file type. */
  readonly mode: number
  /** DOS date and time, as one number. */
  readonly time: number
  readonly extraLength: number
  read(): Buffer
}

/** Reads what `anyhandler build` writes: stored or deflated entries, no zip64. */
export function readZip(file: string): readonly ZipEntry[] {
  const bytes = readFileSync(file)
  const end = bytes.lastIndexOf(Buffer.from('PK\u0005\u0006'))
  const count = bytes.readUInt16LE(end + 10)
  let at = bytes.readUInt32LE(end + 16)
  return Array.from({ length: count }, () => {
    const header = bytes.subarray(at)
    const nameLength = header.readUInt16LE(28)
    const extraLength = header.readUInt16LE(30)
    const compressedSize = header.readUInt32LE(20)
    const local = header.readUInt32LE(42)
    const method = header.readUInt16LE(10)
    at += 46 + nameLength + extraLength + header.readUInt16LE(32)
    return {
      name: header.toString('utf8', 46, 46 + nameLength),
      mode: header.readUInt32LE(38) >>> 16,
      time: header.readUInt32LE(12),
      extraLength,
      read: () => {
        const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
        const data = bytes.subarray(start, start + compressedSize)
        return method === 0 ? data : inflateRawSync(data)
      },
    }
  })
}

/** Unpacks a zip as Lambda does: files readable by everybody, with the modes that the zip says. */
export function unzip(file: string, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  for (const entry of readZip(file)) {
    const path = join(folder, entry.name)
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
    writeFileSync(path, entry.read())
    chmodSync(path, entry.mode & 0o777)
  }
}
