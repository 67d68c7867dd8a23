/** Every event of a front door has this key, before or after the body. */
const mark = '"requestContext"'
const edge = 64 * 1024
/** Only the first event structure of VPC Lattice lacks it; it begins with another key. */
const latticeMark = '"raw_path"'
const beginning = 256

/**
 * True if an event may be an HTTP request: a cheap check, which saves other events the cost of HTTP answers. @param
 * event its JSON
 */
export function mayBeHttp(event: Uint8Array | string): boolean {
  const text = typeof event === 'string' ? event : Buffer.from(event.buffer, event.byteOffset, event.byteLength)
  if (text.length < latticeMark.length) return false
  const isLong = text.length > 2 * edge
  if ((isLong ? part(text, 0, edge) : text).includes(mark)) return true
  return (isLong && part(text, -edge).includes(mark)) || part(text, 0, beginning).includes(latticeMark)
}

/** Searches without a copy. */
function part(text: Buffer | string, start: number, end?: number): Buffer | string {
  return typeof text === 'string' ? text.slice(start, end) : text.subarray(start, end)
}
