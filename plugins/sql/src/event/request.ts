import type { Database } from 'better-sqlite3'
import type { HttpRequest } from '@anyhandler/core/request'
import { JsonDocument } from './document.ts'
import type { SqlValue } from './document.ts'
import type { ReadRequest, Session } from './session.ts'

/** The functions that read the request, as they occur in a script. */
const calls = /\b(?:method|path|param|query|header|cookie|body|field)\s*\(/i

/** The module that reads requests, if one of the scripts names such a function: others don't load it. */
export async function requestReader(scripts: readonly { readonly text: string }[]): Promise<ReadRequest | undefined> {
  return scripts.some(({ text }) => calls.test(text)) ? (await import('@anyhandler/core/request')).request : undefined
}

/**
 * Registers `method`, `path`, `param`, `query`, `header`, `cookie`, `body` and `field`. A missing value is NULL, and
 * all are NULL for an event that is no HTTP request.
 */
export function registerRequest(db: Database, session: Session, read: ReadRequest): void {
  const constant = { deterministic: true, safeIntegers: true }
  const ofRequest = (get: (request: HttpRequest) => SqlValue | undefined): SqlValue => {
    const request = session.request(read)
    return request ? (get(request) ?? null) : null
  }
  db.function('method', constant, () => ofRequest(({ method }) => method))
  db.function('path', constant, () => ofRequest(({ path }) => path))
  for (const part of ['param', 'query', 'header', 'cookie'] as const)
    db.function(part, constant, (name: SqlValue) => ofRequest((request) => request[part](String(name))))
  db.function('field', constant, (name: SqlValue) =>
    ofRequest(({ fields }) =>
      fields.json === undefined ? fields.text(String(name)) : document(fields.json).key(String(name)),
    ),
  )
  db.function('body', constant, () => ofRequest(({ body }) => body && textOf(body)))
}

let last: { readonly json: string; readonly document: JsonDocument } | undefined

/** Numbers of a body have the same types as those of the event. */
function document(json: string): JsonDocument {
  if (last?.json !== json) last = { json, document: new JsonDocument(json, 'the body') }
  return last.document
}

/** Text if it is UTF-8, else a blob. */
function textOf(body: Uint8Array): SqlValue {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const text = bytes.toString()
  return text.includes('\ufffd') && !Buffer.from(text).equals(bytes) ? bytes : text
}
