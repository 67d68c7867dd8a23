/** The replacement of a secret. */
const masked = 'masked'

/** Names of secret values: in headers, events, JSON, forms and queries. */
const secretNames =
  /authorization|cookie|token|secret|passw(?:or)?d|passwd|api[-_]?key|access[-_]?key|signature|credential|session|private[-_]?key|bearer|(?:^|[-_.])(?:pass|pwd|jwt|auth|otp|pin)(?:$|[-_.])/i

/** Values that are secrets, wherever they stand. */
const secretValues: readonly (readonly [pattern: RegExp, shown: string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${masked}`],
  // A JSON Web Token.
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, masked],
  // The user of an address.
  [/\/\/[^\s/@:]+:[^\s/@]+@/g, `//${masked}@`],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, masked],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*-----END [A-Z ]*PRIVATE KEY-----/g, masked],
]

// Each begins where a name does, so that a long text is read once.
/** `a=1&b=2`: a query, or a form. */
const pairs = /(?<![\w.[\]%-])(?<name>[\w.[\]%-]+)=(?<value>[^&#\s]+)/g
/** `password: x`, `password="x"`, `{'password': 'x'}`: forms in a handler's output. */
const said =
  /(?<![\w.[\]%-])(?<quote>["']?)(?<name>[\w.[\]%-]+)\k<quote>(?<sign>\s*[:=]\s*)(?<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,;&"'<>{}[\]]+)/g
/** Headers whose value has several words. */
const lines = /(?<![\w-])(?<name>(?:proxy-)?authorization|(?:set-)?cookie)(?<sign>["']?\s*[:=]\s*)[^\n]+/gi

function isSecret(name: string): boolean {
  try {
    return secretNames.test(decodeURIComponent(name))
  } catch {
    return secretNames.test(name)
  }
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
      return [key, key === 'data' && typeof inner === 'string' ? maskPacked(inner) : maskValue(inner)]
    }),
  )
}

/** The data of a stream's record: JSON in base64. */
function maskPacked(data: string): string {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(data)) return maskText(data)
  const text = Buffer.from(data, 'base64').toString()
  if (jsonOf(text) === undefined) return data
  const clean = maskText(text)
  return clean === text ? data : Buffer.from(clean).toString('base64')
}

export function maskHeaders(headers: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return headers.map(([name, value]) => [name, isSecret(name) ? masked : maskText(value)])
}

/** A text with masked secrets. A text without secrets stays unchanged, byte by byte. */
export function maskText(text: string): string {
  const json = jsonOf(text)
  if (json !== undefined) {
    const clean = maskValue(json)
    return JSON.stringify(clean) === JSON.stringify(json) ? text : JSON.stringify(clean)
  }
  const clean = secretValues.reduce((before, [pattern, shown]) => before.replaceAll(pattern, shown), text)
  if (!/\s/.test(clean))
    return clean.replaceAll(pairs, (whole: string, name: string) => (isSecret(name) ? `${name}=${masked}` : whole))
  return clean
    .replaceAll(lines, `$<name>$<sign>${masked}`)
    .replaceAll(said, (whole: string, quote: string, name: string, sign: string, value: string) => {
      if (!isSecret(name)) return whole
      const around = /^["']/.exec(value)?.[0] ?? ''
      return `${quote}${name}${quote}${sign}${around}${masked}${around}`
    })
}

function blank(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(blank)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, blank(inner)]))
  return value === null || value === undefined || typeof value === 'boolean' ? value : masked
}

/** Mappings, lists and strings: another text is looked at as a text. */
function jsonOf(text: string): object | string | undefined {
  if (!/^\s*["[{]/.test(text)) return undefined
  try {
    return JSON.parse(text) as object | string
  } catch {
    return undefined
  }
}
