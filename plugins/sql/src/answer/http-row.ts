import type { AnswerInit, HttpHead } from '@anyhandler/core'
import type { SqlValue } from '../event/document.ts'

/** A row with a `statusCode`, as the thread sends it: a tuple, so that other events don't pay for it. */
export type HttpRow = readonly [
  columns: readonly string[],
  /** The JSON text of each column; for `body` an empty text. */
  texts: readonly string[],
  /** `null` means NULL, or a missing column. */
  body: string | Uint8Array | null,
]

const known = ['statusCode', 'headers', 'multiValueHeaders', 'cookies', 'body', 'isBase64Encoded']

/** @param bodyText turns a number into text */
export function httpRow(
  columns: readonly string[],
  texts: readonly string[],
  body: SqlValue,
  bodyText: (value: number | bigint) => string,
): HttpRow {
  return [columns, texts, typeof body === 'number' || typeof body === 'bigint' ? bodyText(body) : body]
}

/** The HTTP answer of a row; for an event without a front door the row itself, as JSON. */
export function httpAnswer(row: HttpRow): AnswerInit {
  const [columns, texts, body] = row
  const value = (name: string): unknown => {
    const at = columns.indexOf(name)
    return at < 0 ? undefined : JSON.parse(texts[at] as string)
  }
  const further = columns.filter((name) => !known.includes(name)).map((name) => [name, true])
  return {
    http: {
      // The host logs the keys that it leaves out.
      ...(Object.fromEntries(further) as object),
      ...present('statusCode', value('statusCode')),
      ...present('headers', headersOf(value('headers'), value('multiValueHeaders'))),
      ...present('cookies', value('cookies')),
    } as HttpHead,
    body: typeof body === 'string' && value('isBase64Encoded') === true ? Buffer.from(body, 'base64') : (body ?? ''),
    unshaped: () => rowText(row),
  }
}

function present(key: keyof HttpHead, value: unknown): Partial<HttpHead> {
  return value === undefined || value === null ? {} : { [key]: value }
}

type HeaderMap = Readonly<Record<string, string | readonly string[]>>

function headersOf(single: unknown, lists: unknown): HeaderMap | undefined {
  if (!lists) return single as HeaderMap | undefined
  const headers: Record<string, string | readonly string[]> = { ...(lists as HeaderMap) }
  for (const [name, value] of Object.entries((single ?? {}) as HeaderMap)) headers[name] ??= value
  return headers
}

/** The row as a JSON object. */
export function rowText([columns, texts, body]: HttpRow): string {
  const fields = columns.map(
    (name, index) => `${JSON.stringify(name)}:${name === 'body' ? bodyText(body) : texts[index]}`,
  )
  const marked = body instanceof Uint8Array && !columns.includes('isBase64Encoded')
  return `{${fields.join(',')}${marked ? ',"isBase64Encoded":true' : ''}}`
}

function bodyText(body: string | Uint8Array | null): string {
  if (body instanceof Uint8Array)
    return `"${Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64')}"`
  return JSON.stringify(body)
}
