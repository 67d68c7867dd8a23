/** What stands in the place of a secret. */
const masked = 'masked'

/** Names of values that are secrets, whatever they hold: in headers, events, JSON, forms and queries. */
const secretNames =
  /authorization|cookie|token|secret|passw(?:or)?d|passwd|api[-_]?key|access[-_]?key|signature|credential|session|private[-_]?key/i

/** Values that are secrets, wherever they stand. */
const secretValues: readonly (readonly [pattern: RegExp, shown: string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${masked}`],
  // A JSON Web Token.
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, masked],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, masked],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*-----END [A-Z ]*PRIVATE KEY-----/g, masked],
]

function isSecret(name: string): boolean {
  return secretNames.test(name)
}

/** A copy of a JSON value with its secrets masked, also those in texts that are JSON or forms themselves. */
function maskValue(value: unknown): unknown {
  if (typeof value === 'string') return maskText(value)
  if (Array.isArray(value)) return value.map(maskValue)
  if (typeof value !== 'object' || value === null) return value
  const { isBase64Encoded, is_base64_encoded: old, ...rest } = value as Readonly<Record<string, unknown>>
  const isPacked = isBase64Encoded === true || old === true
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (isSecret(key) && Object.hasOwn(rest, key)) return [key, blank(inner)]
      if (key === 'body' && isPacked && typeof inner === 'string')
        return [
          key,
          Buffer.from(maskText(Buffer.from(inner, 'base64').toString('latin1')), 'latin1').toString('base64'),
        ]
      return [key, maskValue(inner)]
    }),
  )
}

export function maskHeaders(headers: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return headers.map(([name, value]) => [name, isSecret(name) ? masked : maskText(value)])
}

/** A text with its secrets masked. One that has none stays as it is, byte by byte. */
export function maskText(text: string): string {
  const json = jsonOf(text)
  if (json !== undefined) {
    const clean = maskValue(json)
    return JSON.stringify(clean) === JSON.stringify(json) ? text : JSON.stringify(clean)
  }
  const form = text.replaceAll(/(?<name>[\w.[\]%-]+)=(?<value>[^&\s;,"'<>]+)/g, (whole: string, name: string) =>
    isSecret(name) ? `${name}=${masked}` : whole,
  )
  return secretValues.reduce((clean, [pattern, shown]) => clean.replaceAll(pattern, shown), form)
}

function blank(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(blank)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, blank(inner)]))
  return value === null || value === undefined || typeof value === 'boolean' ? value : masked
}

/** Only mappings and lists: another text is looked at as a text. */
function jsonOf(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text) as object
  } catch {
    return undefined
  }
}
