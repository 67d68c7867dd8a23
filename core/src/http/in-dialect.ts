import { isAnswer } from '../answer.ts'
import type { AnswerInit, HttpHead } from '../answer.ts'
import type { Invocation } from '../contract.ts'
import { HandlerError } from '../errors.ts'
import { kindOf } from '../events/kind-of.ts'
import { isProxyKind } from '../events/kinds.ts'
import type { ProxyKind } from '../events/kinds.ts'
import { isStream, normalise, streamed } from '../response/normalise.ts'
import type { Outgoing } from '../response/normalise.ts'
import { StreamedBody } from '../response/response-stream.ts'
import { dialects } from './dialects.ts'
import { plainResult } from './plain-result.ts'
import { lostCookies, shape, shapePrelude } from './shape.ts'

export interface DialectOptions {
  readonly invocation: Pick<Invocation, 'event' | 'signal' | 'alarm'>
  /** True if results without a status are HTTP answers as well. */
  readonly plain: boolean
  /** Receives a warning for the handler's author. Each text is reported once in the life of the process. */
  warn(message: string): void
}

/**
 * Writes a plugin's result in the dialect of the event's front door: the only place that shapes answers.
 *
 * @returns `undefined` for an event without a front door, and for a plain result if these aren't shaped
 * @throws the error of a stream that has to be collected
 * @throws HandlerError `Function.ResponseSizeTooLarge` when it is longer than the front door allows
 */
export async function inDialect(value: unknown, options: DialectOptions): Promise<Outgoing | undefined> {
  const kind = kindOf(options.invocation.event)
  if (!isProxyKind(kind)) return undefined
  const http = isAnswer(value) ? value.http : undefined
  if (!http && !options.plain) return undefined
  const init = isAnswer(value) ? value : isStream(value) ? { body: value } : undefined
  if (init && isStream(init.body)) return streamInDialect({ ...init, body: init.body }, kind, options)
  if (http && init) return fromHttp({ ...init, http }, kind, options)
  const contentType = isAnswer(value) ? value.contentType : undefined
  return json(plainResult(normalise(value).body as Uint8Array, contentType, kind, options.warn))
}

const headKeys: readonly string[] = ['statusCode', 'headers', 'cookies'] satisfies (keyof HttpHead)[]

type HttpInit = AnswerInit & Required<Pick<AnswerInit, 'http'>>

function fromHttp(init: HttpInit, kind: ProxyKind, { warn }: DialectOptions): Outgoing {
  const { http, contentType, body } = init
  // This checks body and content type, and throws for a wrong one.
  normalise(init)
  for (const key of Object.keys(http))
    if (!headKeys.includes(key))
      warn(`the key \`${key}\` of an answer is left out: it has no place in an HTTP response`)
  const lost = lostCookies(http, kind).length
  if (lost > 0) warn(`${dialects[kind].title} sends only the last cookie of an answer, so ${lost} are lost`)
  return json(shape({ http, contentType, body: body as string | Uint8Array }, kind))
}

type StreamInit = AnswerInit & { readonly body: AsyncIterable<Uint8Array> }

async function streamInDialect(init: StreamInit, kind: ProxyKind, options: DialectOptions): Promise<Outgoing> {
  const { body, contentType, http } = init
  const { title, streams } = dialects[kind]
  if (streams) return http ? streamed(shapePrelude({ http, contentType }, kind), body) : normalise(init)
  options.warn(`${title} can't stream: the answer is collected and sent in one piece`)
  const collected = await collect(body, kind, options)
  return fromHttp({ ...init, http: http ?? {}, body: collected }, kind, options)
}

async function collect(
  body: AsyncIterable<Uint8Array>,
  kind: ProxyKind,
  { invocation }: DialectOptions,
): Promise<Uint8Array> {
  const { title, maxAnswer } = dialects[kind]
  const parts: Uint8Array[] = []
  let length = 0
  const stream = await StreamedBody.open(body, undefined, invocation.alarm ?? invocation.signal)
  for await (const part of stream) {
    length += part.length
    if (length > maxAnswer)
      throw new HandlerError({
        errorType: 'Function.ResponseSizeTooLarge',
        message: `the streamed answer is longer than ${maxAnswer} bytes, the limit of ${title}`,
      })
    parts.push(part)
  }
  if (stream.failure) throw stream.failure.thrown
  return Buffer.concat(parts)
}

function json(text: string | Uint8Array): Outgoing {
  return { body: typeof text === 'string' ? Buffer.from(text) : text, contentType: 'application/json' }
}
