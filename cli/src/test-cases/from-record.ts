import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { isInside } from '@anyhandler/core/host'
import { requestKinds } from '@anyhandler/core/http'
import { parseDocument } from 'yaml'
import { UsageError } from '../usage-error.ts'
import { bytesOf } from '../records/record.ts'
import type { RecordFile } from '../records/record.ts'
import { caseSuffix } from './format/cases-of.ts'
import { expectationOf } from './update.ts'

export interface SavedCase {
  /** Absolute. */
  readonly file: string
  readonly name: string
}

/** Headers that every client sends, or that the front door makes. */
const usualHeaders =
  /^(?:host|user-agent|accept|accept-encoding|connection|content-length|x-forwarded-.*|x-amzn-trace-id|sec-.*)$/i

/**
 * Adds a case made of a record to the case file of its handler; other cases in the file stay.
 *
 * @param root the handlers' folder
 * @param wanted the case's name; the request, or the kind of event, when absent
 * @throws UsageError for a handler that leads out of the folder, and a case file that is no YAML
 */
export function saveCase(root: string, record: RecordFile, wanted?: string): SavedCase {
  const path = record.handler.replace(/^[a-z][a-z0-9-]*:/, '')
  const file = resolve(root, `${path}${caseSuffix}`)
  if (!isInside({ path: file, folder: root }))
    throw new UsageError(`the record's handler '${record.handler}' leads out of ${root}`)
  const text = existsSync(file) ? readFileSync(file, 'utf8') : 'cases: {}\n'
  const document = parseDocument(text)
  if (document.errors[0]) throw new UsageError(`${file}: it is not YAML: ${document.errors[0].message}`)
  const name = freeName(wanted ?? titleOf(record), (one) => document.hasIn(['cases', one]))
  const own = (document.get('handler') as string | undefined) ?? path
  const content = { ...(own !== record.handler && { handler: record.handler }), ...caseOf(record) }
  if (Object.keys((document.toJS() as { cases?: object }).cases ?? {}).length === 0)
    document.set('cases', document.createNode({}))
  document.setIn(['cases', name], document.createNode(content))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, document.toString({ lineWidth: 0 }))
  return { file: join(file), name }
}

/** The case as it stands in a file. */
function caseOf(record: RecordFile): object {
  const { outcome, log } = record
  const event = bytesOf(record.event).toString()
  const request = requestOf(record)
  const body = bytesOf(outcome.body)
  const failed = outcome.kind !== 'response'
  const { errorType, contentType, streamed } = outcome
  const got = {
    body,
    ...(contentType !== undefined && { contentType }),
    streamed,
    failed,
    ...(failed && { error: errorIn(body, errorType) }),
    log,
    files: {},
    rows: {},
    durationMs: 0,
  }
  const expect = expectationOf({ event, ...(request && { as: request.as }) }, got)
  return { ...(request ? request.input : { event: jsonOf(event) }), expect }
}

function requestOf({ request }: RecordFile) {
  const as = requestKinds.find((kind) => kind === request?.as)
  if (!request || !as) return undefined
  const headers = request.headers.filter(([name]) => !usualHeaders.test(name))
  const body = request.body.text
  // Bytes can't be said in a case: the event has them in base64.
  if (request.body.base64 !== undefined) return undefined
  const input = {
    ...(as !== 'http' && { as }),
    request: `${request.method} ${request.target}`,
    ...(headers.length > 0 && { headers: gathered(headers) }),
    ...(body !== undefined && body !== '' && { body: jsonOf(body) }),
  }
  return { as, input }
}

function gathered(
  headers: readonly (readonly [string, string])[],
): Readonly<Record<string, string | readonly string[]>> {
  const groups = Map.groupBy(headers, ([name]) => name.toLowerCase())
  return Object.fromEntries(
    [...groups].map(([name, list]) => [
      name,
      list.length === 1 ? (list[0]?.[1] ?? '') : list.map(([, value]) => value),
    ]),
  )
}

function titleOf({ request, handler, at }: RecordFile): string {
  return request ? `${request.method} ${request.target}` : `${handler} at ${at}`
}

function freeName(name: string, isTaken: (name: string) => boolean): string {
  for (let count = 1; ; count++) {
    const one = count === 1 ? name : `${name} (${count})`
    if (!isTaken(one)) return one
  }
}

function errorIn(body: Uint8Array, errorType = 'Runtime.Unknown'): { readonly type: string; readonly message: string } {
  const { errorMessage } = Object(jsonOf(Buffer.from(body).toString())) as { errorMessage?: unknown }
  return { type: errorType, message: String(errorMessage ?? '') }
}

/** A mapping or a list; any other text stays one. */
function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? value : text
  } catch {
    return text
  }
}
