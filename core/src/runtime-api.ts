import type { ErrorReport } from './response/error-body.ts'
import { HostError, messageOf } from './errors.ts'
import { trace, traceBody } from './trace.ts'
import { version } from './version.ts'
import { WireError } from './wire/wire.ts'
import type { ExchangeEnd, Wire, WireAddress, WireErrorCode, WireRequest, WireResponse } from './wire/wire.ts'

/** The response of `/next`: the event and its headers; an empty header counts as absent. */
export interface NextEvent {
  readonly id: string
  readonly deadline: number
  readonly body: Uint8Array
  readonly functionArn?: string | undefined
  readonly traceId?: string | undefined
  readonly clientContext?: string | undefined
  readonly identity?: string | undefined
  readonly tenantId?: string | undefined
  /** `Lambda-Runtime-Invocation-Id`, echoed with the answer. */
  readonly attempt?: string | undefined
  /** True if all headers are printable ASCII. */
  readonly isPlain?: boolean
}

/** The error for a request that the Runtime API did not accept. */
export class RuntimeApiError extends HostError {
  /** HTTP status; 0 without an answer. */
  readonly status: number
  /** The reason of a missing answer. */
  readonly wire: WireErrorCode | undefined

  constructor(status: number, problem: string, cause?: WireError) {
    super('Runtime.RuntimeApiError', { problem, cause })
    this.status = status
    this.wire = cause?.code
  }
}

const base = '/2018-06-01/runtime'
/** The platform records it as the runtime's release. */
const userAgent = `anyhandler/${version} node/${process.versions.node}`
/** The form of the platform's ids: they need no encoding. */
const uuid = /^[\da-f-]+$/
const jsonHeaders = { 'user-agent': userAgent, 'content-type': 'application/json' }

const nextRequest: WireRequest = {
  method: 'GET',
  path: `${base}/invocation/next`,
  headers: { 'user-agent': userAgent },
}

/**
 * Calls `/next` on behalf of the process that replaces this one. @returns `false` if that process must call it itself
 */
export async function askAhead(address: WireAddress): Promise<boolean> {
  const { sendAhead } = await import('./wire/inherited.ts')
  return sendAhead(address, nextRequest)
}

/**
 * The calls of the Runtime API on one connection. Every call rejects with {@link RuntimeApiError} unless the platform
 * accepted it.
 */
export class RuntimeApi {
  readonly #wire: Wire

  constructor(wire: Wire) {
    this.#wire = wire
  }

  /** Opens the connection now, so that the first request needn't wait for it. */
  open(): void {
    this.#wire.open?.()
  }

  /** Waits for the next event, without a time limit: the environment may be frozen for hours. */
  next(): Promise<NextEvent> {
    return this.#request(nextRequest, readEvent)
  }

  respond(event: NextEvent, body: Uint8Array, contentType: string): Promise<void> {
    return this.#request(
      { method: 'POST', path: this.#path(event, 'response'), headers: this.#answerHeaders(event, contentType), body },
      accepted,
    )
  }

  /**
   * Streams a response. At the end of the body, `failure` returns an error if the stream failed midway; it is sent in
   * the trailers.
   */
  async stream(
    event: NextEvent,
    body: AsyncIterable<Uint8Array>,
    contentType: string,
    failure: () => ErrorReport | undefined,
  ): Promise<void> {
    const request: WireRequest = {
      method: 'POST',
      path: this.#path(event, 'response'),
      headers: {
        ...this.#echo(event),
        'content-type': contentType,
        'lambda-runtime-function-response-mode': 'streaming',
      },
      body,
      trailerNames: ['Lambda-Runtime-Function-Error-Type', 'Lambda-Runtime-Function-Error-Body'],
      trailers() {
        const error = failure()
        if (!error) return {}
        return {
          'Lambda-Runtime-Function-Error-Type': headerSafe(error.errorType),
          'Lambda-Runtime-Function-Error-Body': Buffer.from(error.body).toString('base64'),
        }
      },
    }
    await this.#request(request, accepted)
  }

  async fail(event: NextEvent, error: ErrorReport): Promise<void> {
    await this.#fail(this.#path(event, 'error'), this.#echo(event), error)
  }

  async initError(error: ErrorReport): Promise<void> {
    await this.#fail(`${base}/init/error`, { 'user-agent': userAgent }, error)
  }

  /** SnapStart: waits until the snapshot is restored. */
  async restoreNext(): Promise<void> {
    await this.#request({ method: 'GET', path: `${base}/restore/next`, headers: { 'user-agent': userAgent } }, accepted)
  }

  async restoreError(error: ErrorReport): Promise<void> {
    await this.#fail(`${base}/restore/error`, { 'user-agent': userAgent }, error)
  }

  /** Closes the connection; the next call opens a new one. */
  close(): void {
    this.#wire.close()
  }

  #path({ id }: NextEvent, verb: 'response' | 'error'): string {
    return `${base}/invocation/${uuid.test(id) ? id : encodeURIComponent(id)}/${verb}`
  }

  /** Returns the same object for the usual answer, because the wire caches the text of known headers. */
  #answerHeaders(event: NextEvent, contentType: string): Readonly<Record<string, string>> {
    if (event.attempt === undefined && contentType === 'application/json') return jsonHeaders
    return { ...this.#echo(event), 'content-type': contentType }
  }

  #echo({ attempt }: NextEvent): Readonly<Record<string, string>> {
    return { 'user-agent': userAgent, ...(attempt !== undefined && { 'lambda-runtime-invocation-id': attempt }) }
  }

  async #fail(path: string, own: Readonly<Record<string, string>>, error: ErrorReport): Promise<void> {
    const headers = {
      ...jsonHeaders,
      ...own,
      'lambda-runtime-function-error-type': headerSafe(error.errorType),
      ...(error.xrayCause !== undefined && { 'lambda-runtime-function-xray-error-cause': error.xrayCause }),
    }
    await this.#request({ method: 'POST', path, headers, body: error.body }, accepted)
  }

  #request<Value>(request: WireRequest, read: (response: WireResponse) => Value): Promise<Value> {
    trace.wire?.(`${request.method} ${request.path}${sizeOf(request)}`)
    return this.#wire.exchange(request, new Exchange(request, read))
  }
}

/** Reads the answer to a request. @throws RuntimeApiError with the reason if there is none */
class Exchange<Value> implements ExchangeEnd<Value> {
  readonly #request: WireRequest
  readonly #read: (response: WireResponse) => Value

  constructor(request: WireRequest, read: (response: WireResponse) => Value) {
    this.#request = request
    this.#read = read
  }

  take(response: WireResponse): Value {
    trace.wire?.(`${response.status}, ${response.body.length} bytes${traceBody(response.body, true)}`)
    if (response.status >= 200 && response.status < 300) return this.#read(response)
    const { method, path } = this.#request
    const said = response.body.toString('utf8', 0, 500).trim()
    throw new RuntimeApiError(
      response.status,
      `${method} ${path}: the Runtime API answered ${response.status}${said ? `: ${said}` : ''}`,
    )
  }

  refuse(error: unknown): unknown {
    const { method, path } = this.#request
    trace.wire?.(`${method} ${path}: ${messageOf(error)}`)
    return error instanceof WireError ? new RuntimeApiError(0, `${method} ${path}: ${messageOf(error)}`, error) : error
  }
}

function accepted(): void {}

/** @throws RuntimeApiError for an event without an id */
function readEvent(response: WireResponse): NextEvent {
  const { isPlain } = response
  const header = (name: string): string | undefined => {
    const value = response.header(name) || undefined
    return isPlain ? value : utf8(value)
  }
  const id = header('lambda-runtime-aws-request-id')
  if (id === undefined)
    throw new RuntimeApiError(200, 'the Runtime API sent an event without Lambda-Runtime-Aws-Request-Id')
  return {
    id,
    deadline: readDeadline(header('lambda-runtime-deadline-ms')),
    body: ownMemory(response.body),
    functionArn: header('lambda-runtime-invoked-function-arn'),
    traceId: header('lambda-runtime-trace-id'),
    clientContext: header('lambda-runtime-client-context'),
    identity: header('lambda-runtime-cognito-identity'),
    tenantId: header('lambda-runtime-aws-tenant-id'),
    // Returned unchanged.
    attempt: response.header('lambda-runtime-invocation-id') || undefined,
    isPlain,
  }
}

/** Text for traces. */
function sizeOf({ body }: WireRequest): string {
  if (body === undefined) return ''
  return body instanceof Uint8Array ? `, ${body.length} bytes${traceBody(body, true)}` : ', a stream'
}

/** Header values are decoded as latin1, but the platform sends raw UTF-8 in them. */
function utf8(value: string | undefined): string | undefined {
  return value !== undefined && /[\u0080-\u00ff]/.test(value) ? Buffer.from(value, 'latin1').toString() : value
}

/** Without a deadline header there is no deadline. */
function readDeadline(text: string | undefined): number {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : Number.MAX_SAFE_INTEGER
}

/** Copies the bytes, because a view into a larger buffer would be cloned whole when it is sent to a thread. */
function ownMemory(body: Buffer): Uint8Array {
  return body.buffer.byteLength === body.length ? new Uint8Array(body.buffer) : new Uint8Array(body)
}

/** An exception's class name may contain any character; a header may not. */
function headerSafe(value: string): string {
  return value.replace(/[^\u0020-\u007e]/g, '?').slice(0, 256)
}
