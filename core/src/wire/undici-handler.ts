import type { Dispatcher } from 'undici'
import { ByteSink } from './byte-sink.ts'
import { trimBlanks } from './response-head.ts'
import { WireError } from './wire.ts'
import type { WireResponse } from './wire.ts'

export interface UndiciOutcome {
  answered(response: WireResponse): void
  /** `fail` gets any error of undici, its connector or the body's producer; `toWireError` translates it. */
  failed(cause: unknown, error: WireError): void
}

/** Collects undici's callbacks for one request into a response. */
export class UndiciHandler implements Dispatcher.DispatchHandler {
  readonly #outcome: UndiciOutcome
  readonly #sink = new ByteSink()
  #status = 0
  #headers: Readonly<Record<string, string>> = {}

  constructor(outcome: UndiciOutcome) {
    this.#outcome = outcome
  }

  /** undici checks this property to distinguish this interface from an older one. */
  onRequestStart(): void {}

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return
    this.#status = status
    this.#headers = readHeaders(controller.rawHeaders)
    const length = Number(this.#headers['content-length'])
    if (length > 0) this.#sink.expect(length)
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#sink.append(chunk)
  }

  onResponseEnd(): void {
    const headers = this.#headers
    const header = (name: string): string | undefined => headers[name]
    this.#outcome.answered({ status: this.#status, headers, header, isPlain: false, body: this.#sink.take() })
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: unknown): void {
    this.#outcome.failed(error, wireErrorOf(error, this.#status > 0))
  }
}

/** Read from the raw bytes: undici's own record decodes them as UTF-8 and makes lists of repeated names. */
function readHeaders(raw: Dispatcher.DispatchController['rawHeaders']): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null)
  if (!Array.isArray(raw)) return headers
  const text = raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')))
  for (let at = 0; at + 1 < text.length; at += 2)
    headers[(text[at] ?? '').toLowerCase()] = trimBlanks(text[at + 1] ?? '')
  return headers
}

function wireErrorOf(error: unknown, headRead: boolean): WireError {
  if (error instanceof WireError) return error
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  const misread =
    (name === 'HTTPParserError' && !message.includes('Invalid EOF')) ||
    // undici's code for an early end of the body, but also for a malformed or repeated length.
    (name === 'ResponseContentLengthMismatchError' && !headRead) ||
    name === 'HeadersOverflowError' ||
    name === 'ResponseExceededMaxSizeError' ||
    // An upgrade, or a 100 without a request for it.
    (name === 'SocketError' && message.startsWith('bad '))
  if (misread) return new WireError('protocol', `the response can't be read: ${message}`, { cause: error })
  return new WireError('broken', `the connection broke: ${message}`, { cause: error })
}
