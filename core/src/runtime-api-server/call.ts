import type { IncomingMessage, ServerResponse } from 'node:http'
import { routeOf } from './routes.ts'
import type { Endpoint, Route } from './routes.ts'

/** One request that the runtime made, as the log keeps it. */
export class LoggedRequest {
  readonly method: string
  /** Unchanged, so still percent-encoded. */
  readonly path: string
  /** `undefined` for a path that the API doesn't have. */
  readonly endpoint: Endpoint | undefined
  /** Epoch milliseconds. */
  readonly at = Date.now()
  /** Names and values alternate, in the sender's case and order. */
  readonly rawHeaders: readonly string[]
  /** The status sent to the runtime; `undefined` while it waits, 0 when the connection was cut without an answer. */
  status: number | undefined

  constructor(request: IncomingMessage, endpoint: Endpoint | undefined) {
    this.method = request.method ?? ''
    this.path = request.url ?? ''
    this.endpoint = endpoint
    this.rawHeaders = request.rawHeaders
  }

  /** Names in lower case; the last one wins. */
  get headers(): Readonly<Record<string, string>> {
    return recordOf(this.rawHeaders)
  }
}

/** A flat list of names and values as a record with names in lower case. */
export function recordOf(flat: readonly string[]): Readonly<Record<string, string>> {
  const record: Record<string, string> = {}
  for (let at = 0; at + 1 < flat.length; at += 2) record[(flat[at] as string).toLowerCase()] = flat[at + 1] as string
  return record
}

/** A request and the means to answer it. */
export class Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly route: Route | undefined
  readonly logged: LoggedRequest

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request
    this.response = response
    this.route = routeOf(request.method ?? '', request.url ?? '')
    this.logged = new LoggedRequest(request, this.route?.endpoint)
    response.sendDate = false
  }

  /** Answers with a body of finished bytes; `headers` is a flat list whose case is kept. */
  reply(status: number, headers: readonly string[], body: Uint8Array): void {
    this.logged.status = status
    if (this.response.destroyed || this.response.headersSent) return
    this.response.writeHead(status, [...headers, 'Content-Length', String(body.byteLength)])
    this.response.end(body)
  }

  /** 202 with the API's body for "taken". */
  accept(): void {
    this.reply(202, json, accepted)
  }

  /** A status with the API's error body. */
  refuse(refusal: Refusal): void {
    const { status, errorType, errorMessage } = refusal
    this.reply(status, json, Buffer.from(`${JSON.stringify({ errorMessage, errorType })}\n`))
  }

  /** Cuts the connection without an answer. */
  cut(how: 'destroy' | 'reset'): void {
    this.logged.status = 0
    if (how === 'reset') this.request.socket.resetAndDestroy()
    else this.request.socket.destroy()
  }
}

export interface Refusal {
  readonly status: number
  readonly errorType: string
  readonly errorMessage: string
}

const json = ['Content-Type', 'application/json']
const accepted = Buffer.from('{"status":"OK"}\n')
