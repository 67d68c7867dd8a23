import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../usage-error.ts'
import { maskHeaders, maskText } from './mask.ts'

/** Bytes as JSON carries them: `text` if they are UTF-8, else `base64`. */
export interface RecordedBytes {
  readonly text?: string
  readonly base64?: string
}

/** Only the beginning may be kept. */
interface KeptBytes extends RecordedBytes {
  readonly truncated?: boolean
}

/** The record of an invocation, without secrets: a file for `--replay` and `test --from`. */
export interface RecordFile {
  readonly version: 1
  readonly handler: string
  /** ISO 8601. */
  readonly at: string
  readonly event: RecordedBytes
  /** Present if the event came in over HTTP. */
  readonly request?: {
    readonly method: string
    /** As the function sees it. */
    readonly target: string
    readonly headers: readonly (readonly [name: string, value: string])[]
    readonly as: string
    readonly body: RecordedBytes
  }
  readonly outcome: {
    readonly kind: string
    readonly errorType?: string
    readonly contentType?: string
    readonly streamed: boolean
    readonly body: RecordedBytes
  }
  readonly log: readonly string[]
  readonly durationMs: number
}

/** The data of `anyhandler dev` about a finished invocation. */
export interface Recordable {
  readonly function: string
  readonly receivedAt: number
  readonly totalMs?: number
  readonly event: KeptBytes
  readonly request?: Omit<NonNullable<RecordFile['request']>, 'body'> & { readonly body: KeptBytes }
  readonly outcome?: Omit<RecordFile['outcome'], 'body'> & { readonly body: KeptBytes }
  readonly log: readonly { readonly text: string }[]
}

/**
 * The record of an invocation. Undefined if it got no answer, or if only the beginning was kept: half of a JSON text
 * can't be parsed, so its secrets could not be masked.
 */
export function recordOf(invocation: Recordable): RecordFile | undefined {
  const { outcome, request, event } = invocation
  if (!outcome || event.truncated || outcome.body.truncated || request?.body.truncated) return undefined
  const { kind, errorType, contentType, streamed, body } = outcome
  return {
    version: 1,
    handler: invocation.function,
    at: new Date(invocation.receivedAt).toISOString(),
    event: maskBytes(event),
    ...(request && {
      request: {
        method: request.method,
        target: maskText(request.target),
        headers: maskHeaders(request.headers),
        as: request.as,
        body: maskBytes(request.body),
      },
    }),
    outcome: {
      kind,
      ...(errorType !== undefined && { errorType }),
      ...(contentType !== undefined && { contentType }),
      streamed,
      body: maskBytes(body),
    },
    log: invocation.log.map(({ text }) => maskText(text)),
    durationMs: Math.round(invocation.totalMs ?? 0),
  }
}

function maskBytes({ text, base64 }: RecordedBytes): RecordedBytes {
  return text === undefined ? { base64: base64 ?? '' } : { text: maskText(text) }
}

/**
 * Writes a record into a folder, for its owner alone.
 * @returns the file
 */
export function writeRecord(folder: string, record: RecordFile): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const stem = `${record.at.replaceAll(':', '-')}-${record.handler.replaceAll(/[^\w.-]+/g, '-')}`
  const text = `${JSON.stringify(record, undefined, 2)}\n`
  for (let count = 1; ; count++) {
    const file = join(folder, `${stem}${count === 1 ? '' : `-${count}`}.json`)
    try {
      writeFileSync(file, text, { flag: 'wx', mode: 0o600 })
      // The umask may remove further permissions, but must not decide alone.
      chmodSync(file, 0o600)
      return file
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** @throws UsageError for a file that is no record */
export function readRecord(file: string): RecordFile {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`${file} can't be read as a record: ${(error as Error).message}`)
  }
  const { version, handler, event, outcome } = Object(content) as Partial<RecordFile>
  if (version !== 1 || typeof handler !== 'string' || typeof event !== 'object' || typeof outcome !== 'object')
    throw new UsageError(`${file} is not a record; anyhandler dev --record writes records`)
  return content as RecordFile
}

export function bytesOf({ text, base64 }: RecordedBytes): Buffer {
  return text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text)
}
