/**
 * The `key=value` lines of `load` and `context` frames. Keys without a value are left out.
 *
 * A line break in a value becomes a space. Only JSON values can contain one, where a space means the same; names of
 * files and handlers with a line break were refused before.
 */
export function encodeFields(values: Readonly<Record<string, string | undefined>>): string {
  let text = ''
  for (const key in values) {
    const value = values[key]
    if (value !== undefined) text += encodeField(key, value)
  }
  return text
}

/** One line, with its newline. */
export function encodeField(key: string, value: string): string {
  return `${key}=${/[\r\n]/.test(value) ? value.replace(/[\r\n]+/g, ' ') : value}\n`
}
