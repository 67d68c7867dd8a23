import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { clientRequest, requestKinds } from '../http/client-request.ts'
import { judgeOutcome } from '../http/judge/judge-outcome.ts'
import type { Finding } from '../http/judge/verdict.ts'
import { makeEvent } from '../http/make-event.ts'
import type { RequestKind } from '../http/make-event.ts'
import type { BuiltIns } from '../language.ts'
import type { EventInput, InvokeOptions } from '../runtime-api-server/event.ts'
import type { Outcome } from '../runtime-api-server/outcome.ts'
import { LocalFunction } from './local-function.ts'
import { commandSurroundings } from './surroundings.ts'

export interface FunctionOptions {
  /** The handlers' folder. */
  readonly root: string | URL
  /** The handler's name, as in `_HANDLER`: `hello`, `app.handler`, `sql:report`. */
  readonly handler: string
  /** Variables of the function, in addition to the process's own and Lambda's; `undefined` removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** A configuration file in place of the one in the folder. */
  readonly configFile?: string | URL
  /** Seconds for loading the handler, and again for each event; 30 when absent. */
  readonly timeout?: number
  /** The languages that come with the host; those of the `anyhandler` command when absent. */
  readonly languages?: BuiltIns
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Text or bytes are sent unchanged; any other value is sent as JSON. */
  readonly body?: string | Uint8Array | object
  /** The front door; an HTTP API when absent. */
  readonly as?: RequestKind
}

/** The client's response behind a front door. */
export interface ClientView {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array
  text(): string
  /** Throws a `SyntaxError` when the body is no JSON. */
  json(): unknown
  /** Faults of the answer, or places where the client sees something else than the handler meant. */
  readonly findings: readonly Finding[]
  /** The function's own answer. */
  readonly outcome: Outcome
}

/** A function that runs in this process, as on Lambda: warm from the first event to {@link close}. */
export interface OpenFunction extends AsyncDisposable {
  /** Sends an event. A function that fails is an outcome, not a rejection. */
  invoke(event?: EventInput, options?: InvokeOptions): Promise<Outcome>
  /**
   * Sends the event that a front door makes of a request: `http('POST /links', { body: { url } })`.
   * @throws TypeError for an invalid request line or front door
   */
  http(line: string, options?: RequestOptions): Promise<ClientView>
  /** All lines of its log so far, without time, request id and level. */
  readonly log: readonly string[]
  /** Ends its processes and threads, and removes its files. A second call does no harm. */
  close(): Promise<void>
}

/**
 * Opens a function for tests in any runner:
 *
 * ```ts
 * await using links = await openFunction({ root: 'examples/links', handler: 'follow' })
 * const { status, headers } = await links.http('GET /way')
 * ```
 *
 * @throws Error when the folder isn't there
 */
export async function openFunction(options: FunctionOptions): Promise<OpenFunction> {
  const { root, handler, env = {}, configFile, timeout = 30, languages } = options
  const folder = realpathSync(pathOf(root))
  const around = await commandSurroundings(folder, languages)
  const local = new LocalFunction({
    ...around,
    root: folder,
    handler,
    variables: merged(around.variables, env),
    timeoutMs: timeout * 1000,
    ...(configFile !== undefined && { configFile: realpathSync(pathOf(configFile)) }),
  })
  return {
    invoke: (event = {}, invokeOptions = {}) => local.invoke(event, invokeOptions),
    http: (line, request = {}) => sendRequest(local, line, request),
    get log() {
      return local.log
    },
    close: () => local.close(),
    [Symbol.asyncDispose]: () => local.close(),
  }
}

async function sendRequest(
  local: LocalFunction,
  line: string,
  { headers = {}, body, as = 'http' }: RequestOptions,
): Promise<ClientView> {
  if (!requestKinds.includes(as)) throw new TypeError(`as: '${as}' is none of ${requestKinds.join(', ')}`)
  const list = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value) => [name, value] as const),
  )
  const request = clientRequest({ line, headers: list, body: body === undefined ? undefined : bytesOf(body) })
  if (!request) throw new TypeError(`'${line}' is not a method and a path, such as 'POST /links?x=1'`)
  const event = Buffer.from(JSON.stringify(makeEvent(request, as)))
  const outcome = await local.invoke(event, {})
  const verdict = judgeOutcome(outcome, event)
  if (!verdict) throw new TypeError(`the event is not of the kind ${as}`)
  const text = (): string => Buffer.from(verdict.body).toString()
  return {
    ...verdict,
    headers: new Headers(verdict.headers.map(([name, value]) => [name, value])),
    text,
    json: () => JSON.parse(text()) as unknown,
    outcome,
  }
}

function bytesOf(body: string | Uint8Array | object): Uint8Array {
  if (typeof body === 'string') return Buffer.from(body)
  return body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body))
}

function merged(
  variables: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const all = Object.entries({ ...variables, ...env })
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function pathOf(place: string | URL): string {
  return place instanceof URL ? fileURLToPath(place) : place
}
