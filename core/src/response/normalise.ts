import { isUtf8 } from 'node:buffer'
import { isAnswer } from '../answer.ts'
import type { AnswerInit, HttpHead } from '../answer.ts'
import { HostError, messageOf } from '../errors.ts'

/** A response in the form that is posted. */
export interface Outgoing {
  readonly body: Uint8Array | AsyncIterable<Uint8Array>
  readonly contentType: string
  /** The prelude of a stream: sent with its first byte, or alone if there is none. */
  readonly prelude?: Uint8Array
}

const json = 'application/json'
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown }
/** Ends the prelude of a streamed HTTP response. */
const preludeEnd = new Uint8Array(8)

/**
 * Turns the result of a plugin's `invoke` into response bytes and a content type.
 * @throws HostError `Runtime.MarshalError` when the value can't be JSON
 */
export function normalise(value: unknown): Outgoing {
  if (typeof value === 'string') return { body: Buffer.from(value), contentType: json }
  if (value instanceof Uint8Array) return { body: value, contentType: json }
  if (isAnswer(value)) return fromAnswer(value)
  if (isStream(value)) return fromAnswer({ body: value })
  return { body: Buffer.from(toJson(value)), contentType: json }
}

export function isStream(value: unknown): value is AsyncIterable<Uint8Array> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

function fromAnswer({ body, contentType, http, unshaped }: AnswerInit): Outgoing {
  if (contentType !== undefined) checkContentType(contentType)
  if (isStream(body)) {
    if (http) return streamed(JSON.stringify(httpHead(http, contentType)), body)
    return { body, contentType: contentType ?? 'application/octet-stream' }
  }
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw new HostError('Runtime.MarshalError', {
      problem: `the body of an answer is ${body === null ? 'null' : `of type ${typeof body}`}`,
      cure: 'it must be a string, bytes or a stream of bytes',
    })
  }
  if (http)
    return { body: Buffer.from(unshaped ? unshaped() : proxyResponse(http, contentType, body)), contentType: json }
  return { body: typeof body === 'string' ? Buffer.from(body) : body, contentType: contentType ?? json }
}

/** An invalid content type would keep the whole answer from being sent. */
function checkContentType(contentType: unknown): void {
  if (typeof contentType === 'string' && /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(contentType)) return
  const shown =
    typeof contentType === 'string' ? JSON.stringify(contentType.slice(0, 100)) : `of type ${typeof contentType}`
  throw new HostError('Runtime.MarshalError', {
    problem: `the content type of the answer is ${shown}, which no header can carry`,
    cure: "name one such as 'text/plain; charset=utf-8'",
  })
}

/** The response format of API Gateway and function URLs; a body that isn't text becomes base64. */
function proxyResponse(http: HttpHead, contentType: string | undefined, body: string | Uint8Array): string {
  const text = typeof body === 'string' || isUtf8(body)
  return JSON.stringify({
    ...httpHead(http, contentType),
    body:
      typeof body === 'string'
        ? body
        : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString(text ? 'utf8' : 'base64'),
    isBase64Encoded: !text,
  })
}

/**
 * A streamed HTTP response.
 * @param head the JSON text before the body
 */
export function streamed(head: string, body: AsyncIterable<Uint8Array>): Outgoing {
  const prelude = Buffer.concat([Buffer.from(head), preludeEnd])
  return { body, prelude, contentType: 'application/vnd.awslambda.http-integration-response' }
}

function httpHead({ statusCode = 200, headers = {}, cookies }: HttpHead, contentType: string | undefined): HttpHead {
  const named = contentType === undefined || Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
  // Payload 2.0 has one value for each name: the last one.
  const single = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'object' ? (value.at(-1) ?? '') : value]),
  )
  return {
    statusCode,
    headers: named ? single : { ...single, 'content-type': contentType },
    ...(cookies && cookies.length > 0 && { cookies }),
  }
}

/** `JSON.stringify` with a bigint as its digits and `undefined` as `null`. */
function toJson(value: unknown): string {
  let text: string | undefined
  try {
    text = JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? rawJson(String(inner)) : inner))
  } catch (error) {
    throw unwritable(messageOf(error), error)
  }
  if (text === undefined && value !== undefined) {
    throw unwritable(`it is a ${typeof value}`)
  }
  return text ?? 'null'
}

function unwritable(why: string, cause?: unknown): HostError {
  return new HostError('Runtime.MarshalError', {
    problem: `the handler's result cannot be written as JSON: ${why}`,
    cause,
  })
}
