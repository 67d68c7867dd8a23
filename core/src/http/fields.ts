import { bytesToText, valuesOf } from './answer.ts'

/** The fields of a body by name. */
export interface Fields {
  /** The JSON text of the body, if the fields come from a JSON object. */
  readonly json: string | undefined
  text(name: string): string | undefined
  names(): readonly string[]
}

const none: Fields = { json: undefined, text: () => undefined, names: () => [] }

/**
 * The fields of a body: of `multipart/form-data` by its boundary; else of a JSON object, even if the content type is a
 * form's, because clients send `application/x-www-form-urlencoded` for any body; else of a form.
 */
export function fieldsOf(body: Uint8Array | undefined, contentType: string): Fields {
  if (!body || body.length === 0) return none
  const boundary = /^multipart\/form-data\b.*?;\s*boundary=(?:"(?<quoted>[^"]+)"|(?<plain>[^\s;]+))/is.exec(
    contentType,
  )?.groups
  if (boundary) return ofPairs(multipart(Buffer.from(body), (boundary['quoted'] ?? boundary['plain']) as string))
  const text = bytesToText(body)
  const object = parseObject(text)
  if (object) return ofObject(object, text)
  return /json/i.test(contentType) ? none : ofPairs(new URLSearchParams(text))
}

function ofPairs(pairs: Iterable<readonly [string, string]>): Fields {
  const fields = new Map(pairs)
  return { json: undefined, text: (name) => fields.get(name), names: () => [...fields.keys()] }
}

function ofObject(object: Readonly<Record<string, unknown>>, json: string): Fields {
  const text = (name: string): string | undefined => (Object.hasOwn(object, name) ? shown(object[name]) : undefined)
  return { json, text, names: () => Object.keys(object).filter((name) => text(name) !== undefined) }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!/^\s*\{/.test(text)) return undefined
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    return undefined
  }
}

function shown(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : valuesOf(value)[0]
}

/** RFC 7578: each part has a `Content-Disposition` with its name. Files count as text. */
function* multipart(body: Buffer, boundary: string): Generator<[string, string]> {
  const delimiter = Buffer.from(`--${boundary}`)
  let at = body.indexOf(delimiter)
  while (at >= 0) {
    const start = at + delimiter.length
    const end = body.indexOf(delimiter, start)
    if (end < 0) return
    const head = body.indexOf('\r\n\r\n', start)
    if (head >= 0 && head < end) {
      const name = /^content-disposition:[^\r\n]*?;\s*name="(?<name>[^"]*)"/im.exec(body.toString('utf8', start, head))
      // The line break before a delimiter belongs to the delimiter.
      if (name?.groups) yield [unescaped(name.groups['name'] as string), body.toString('utf8', head + 4, end - 2)]
    }
    at = end
  }
}

/** Browsers escape quotes and line breaks of a name in this way (WHATWG, multipart/form-data encoding). */
function unescaped(name: string): string {
  return name.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n')
}
