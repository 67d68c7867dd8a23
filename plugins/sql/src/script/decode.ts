import { isUtf8 } from 'node:buffer'

/** A file of SQL as text. */
export interface Decoded {
  /** The text without a byte order mark; bytes that aren't UTF-8 become U+FFFD. */
  readonly text: string
  readonly fault?: DecodeFault
}

/** The first unreadable place: its offset in the text, the fault and the remedy. */
interface DecodeFault {
  readonly offset: number
  readonly problem: string
  readonly cure: string
}

/** Reads UTF-8, and UTF-16 with a byte order mark. */
export function decodeSql(bytes: Buffer): Decoded {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return fromUtf16(bytes.subarray(2))
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return fromUtf16(Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2))).swap16(), bytes.length)
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  if (!isUtf8(bytes)) return { text, fault: notUtf8(bytes, text) }
  const nul = text.indexOf('\0')
  return nul < 0 ? { text } : { text, fault: nulByte(nul) }
}

/** @param length Length of the file, in bytes. */
function fromUtf16(bytes: Buffer, length = bytes.length): Decoded {
  const text = bytes.toString('utf16le')
  const nul = text.indexOf('\0')
  if (nul >= 0) return { text, fault: nulByte(nul) }
  if (length % 2 === 0) return { text }
  const cure = 'save it as UTF-8'
  return { text, fault: { offset: text.length, problem: 'UTF-16 that ends in the middle of a character', cure } }
}

function nulByte(offset: number): DecodeFault {
  return { offset, problem: 'a NUL byte: SQLite would read no further', cure: 'remove it, or save the file as UTF-8' }
}

/** The text has at least one U+FFFD for the first wrong byte: find the first one that isn't in the file itself. */
function notUtf8(bytes: Buffer, text: string): DecodeFault {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  for (let from = 0; ;) {
    const offset = text.indexOf('\uFFFD', from)
    at += Buffer.byteLength(text.slice(from, offset))
    if (bytes[at] !== 0xef || bytes[at + 1] !== 0xbf || bytes[at + 2] !== 0xbd) {
      const byte = (bytes[at] as number).toString(16).toUpperCase()
      return {
        offset,
        problem: `the byte 0x${byte} (at ${at}) is not UTF-8`,
        cure: 'save the file as UTF-8; iconv -f WINDOWS-1252 -t UTF-8 converts a Western European one',
      }
    }
    at += 3
    from = offset + 1
  }
}
