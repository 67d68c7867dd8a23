/** The keys that were read last, each at a place that its bytes give. */
const known: (string | undefined)[] = Array.from({ length: 256 })
const longest = 40

/**
 * The text of a key without escapes, from ASCII alone; `undefined` for any other. Events have the same keys again and
 * again: to make a string of bytes takes much longer than to compare it.
 *
 * @param start behind the quote
 * @param end of the second quote
 */
export function keyText(bytes: Buffer, start: number, end: number): string | undefined {
  const length = end - start
  const place =
    (length * 31 +
      (bytes[start] as number) * 7 +
      (bytes[end - 1] as number) * 13 +
      (bytes[start + (length >> 1)] as number)) &
    255
  const text = known[place]
  if (text !== undefined && text.length === length && isAt(bytes, start, text)) return text
  const read = bytes.toString('latin1', start, end)
  if (/[\\\u0080-\u00ff]/.test(read)) return undefined
  if (length <= longest) known[place] = read
  return read
}

function isAt(bytes: Buffer, start: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (bytes[start + index] !== text.charCodeAt(index)) return false
  return true
}
