import { isUtf8 } from 'node:buffer'
import type { Body } from './record.ts'

/** Limit of the kept part of a body. A request or an answer of Lambda has at most 6 MB; most are far smaller. */
const keptBytes = 1024 * 1024

/** @param size bytes of the whole, where `bytes` are only its beginning */
export function bodyOf(bytes: Uint8Array, size = bytes.length): Body {
  const kept = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, keptBytes))
  const truncated = kept.length < size
  const whole = truncated ? kept.subarray(0, lastWhole(kept)) : kept
  return isUtf8(whole)
    ? { text: whole.toString(), size, truncated }
    : { base64: kept.toString('base64'), size, truncated }
}

/** Where the last whole character of UTF-8 ends. */
function lastWhole(bytes: Buffer): number {
  let start = bytes.length - 1
  while (start > 0 && bytes.length - start < 4 && ((bytes[start] as number) & 0xc0) === 0x80) start--
  return ((bytes[start] as number) & 0xc0) === 0xc0 ? start : bytes.length
}
