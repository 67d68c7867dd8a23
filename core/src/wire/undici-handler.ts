import type { Dispatcher } from 'undici'
import { ByteSink } from './byte-sink.ts'
import { trimBlanks } from './response-head.ts'
import { WireError } from './wire.ts'
import type { WireResponse } from './wire.ts'

export interface UndiciOutcome {
  answered(response: WireResponse): void
  /** With whatever undici, its connector or the body's producer came up with, and the same in the wire's terms. */
  failed(cause: unknown, error: WireError): void
}

/** Gathers what undici tells about one request into a response. */
export class UndiciHandler implements Dispatcher.DispatchHandler {
  readonly #outcome: UndiciOutcome
  readonly #sink = new ByteSink()
  #status = 0
  #headers: Readonly<Record<string, string>> = {}

  constructor(outcome: UndiciOutcome) {
    this.#outcome = outcome
  }

  /** Checked by undici to tell this interface from an older one. */
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

/** From the raw bytes: undici's own record decodes them as UTF-8 and makes lists of repeated names. */
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
    // Says that the body ended early, but also that the length itself is malformed or repeated.
    (name === 'ResponseContentLengthMismatchError' && !headRead) ||
    name === 'HeadersOverflowError' ||
    name === 'ResponseExceededMaxSizeError' ||
    // An upgrade or a 100 that nobody asked for.
    (name === 'SocketError' && message.startsWith('bad '))
  if (misread) return new WireError('protocol', `the response can't be read: ${message}`, { cause: error })
  return new WireError('broken', `the connection broke: ${message}`, { cause: error })
}
