import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inflateRawSync } from 'node:zlib'

const endOfDirectory = 0x06054b50

/** Unpacks a zip of files, with their execute bits. Knows what the layers have: no comments, no ZIP64, stored or deflated. */
export function unzip(file: string, folder: string): void {
  const zip = readFileSync(file)
  const end = zip.length - 22
  if (zip.readUInt32LE(end) !== endOfDirectory) throw new Error(`${file} does not end as a zip`)
  let at = zip.readUInt32LE(end + 16)
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    const [nameLength, extraLength, commentLength] = [
      zip.readUInt16LE(at + 28),
      zip.readUInt16LE(at + 30),
      zip.readUInt16LE(at + 32),
    ]
    const target = join(folder, zip.toString('utf8', at + 46, at + 46 + nameLength))
    const header = zip.readUInt32LE(at + 42)
    const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28)
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed))
    chmodSync(target, (zip.readUInt32LE(at + 38) >>> 16) & 0o777)
    at += 46 + nameLength + extraLength + commentLength
  }
}
