/** Stands for the folder of the case. */
const placeholder = '{{tmp}}'

/** A copy of plain data with the case's folder in place of `{{tmp}}`, in keys too. */
export function filled<Value>(value: Value, tmp: string): Value {
  return replaced(value, placeholder, tmp)
}

/** The reverse: an actual result in the form of a case file. */
export function unfilled<Value>(value: Value, tmp: string): Value {
  return replaced(value, tmp, placeholder)
}

function replaced<Value>(value: Value, from: string, to: string): Value {
  if (typeof value === 'string') return value.replaceAll(from, to) as Value
  if (value instanceof Uint8Array) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    // One character is one byte there.
    return (
      bytes.includes(from) ? Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1') : bytes
    ) as Value
  }
  if (Array.isArray(value)) return value.map((item: unknown) => replaced(item, from, to)) as Value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [replaced(key, from, to), replaced(inner as unknown, from, to)]),
  ) as Value
}
