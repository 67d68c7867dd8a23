import { bytesOfBody, readBody } from './body.ts'
import type { Body } from './body.ts'
import type { Call, Refusal } from './call.ts'
import type { Exchange } from './exchange.ts'
import { errorBody } from './outcome.ts'
import type { OutcomeKind, Tally } from './outcome.ts'
import type { Pollers } from './pollers.ts'
import { maxManagedError, maxPayload, refusals, tooLarge } from './refusals.ts'
import { act, actsItself, cuts } from './script.ts'
import type { ScriptStep } from './script.ts'

/** The number of answered ids that the server remembers, so that a second answer still counts for its event. */
const remembered = 10_000

/** Handles the posts to `/response` and `/error`. */
export class Answers {
  /** The number of answers for an id that isn't open: unknown, or already answered. */
  stray = 0
  /** The classic emulator is stuck after a bad answer: every later `/next` gets 403. */
  stuck = false
  readonly #pollers: Pollers
  readonly #managed: boolean
  readonly #settled = new Map<string, Tally>()

  constructor(pollers: Pollers, managed: boolean) {
    this.#pollers = pollers
    this.#managed = managed
  }

  /** An exchange ended without an answer; later answers for its id get its reason. */
  remember(exchange: Exchange): void {
    this.#settled.set(exchange.id, exchange.tally)
    if (this.#settled.size > remembered) this.#settled.delete(this.#settled.keys().next().value as string)
  }

  async take(call: Call, kind: 'response' | 'error', step: ScriptStep | undefined): Promise<void> {
    const exchange = this.#pollers.open.get(call.route?.id ?? '')
    const acting = step && actsItself(step) ? step : undefined
    if (!exchange || exchange.state !== 'open') return this.#refuseStray(call, exchange?.tally, acting)
    const refusal = acting ? undefined : refusalOf(call, exchange, kind)
    exchange.tally.posts++
    if (refusal) {
      await readBody(call.request, { limit: 0 })
      if (refusal === refusals.invalidMode)
        this.#end(
          exchange,
          'error',
          platformError('Runtime.InvalidResponseModeHeader', 'Invalid function response mode', 400),
        )
      return call.refuse(refusal)
    }
    exchange.state = 'answering'
    const streamed = isStreamed(call)
    exchange.options.onAnswer?.({ kind, streamed, contentType: call.request.headers['content-type'] })
    const limit = this.#limit(kind, streamed)
    const body = await readBody(call.request, {
      limit: exchange.options.keepBody === false ? 0 : limit,
      until: acting?.after,
      onChunk: exchange.options.onChunk,
    })
    if (acting) return this.#asScripted(call, exchange, kind, body, acting)
    if (step) await act(step, call)
    if (!stillAnswering(exchange))
      return call.refuse(exchange.tally.timedOut ? refusals.timedOut : refusals.invalidRequestId)
    const posted = postedWith(call, body, streamed)
    if (body.end === 'cut') {
      call.logged.status = 0
      const truncated = platformError('Runtime.TruncatedResponse', 'The response was cut off', 0)
      this.#end(exchange, 'error', {
        ...posted,
        ...truncated,
        aborted: true,
        ...(streamed && { body: bytesOfBody(body) }),
      })
    } else if (body.size > limit) {
      const message = `Response payload size (${body.size} bytes) exceeded maximum allowed payload size (${limit} bytes).`
      this.#end(exchange, 'error', { ...posted, ...platformError('Function.ResponseSizeTooLarge', message, 413) })
      call.refuse(tooLarge(limit))
    } else {
      this.#end(exchange, kind, { ...posted, status: 202 })
      call.accept()
    }
  }

  #limit(kind: 'response' | 'error', streamed: boolean): number {
    if (kind === 'error') return this.#managed ? maxManagedError : maxPayload
    return streamed ? Number.POSITIVE_INFINITY : maxPayload
  }

  async #asScripted(
    call: Call,
    exchange: Exchange,
    kind: 'response' | 'error',
    body: Body,
    step: ScriptStep,
  ): Promise<void> {
    await act(step, call)
    if (cuts(step) && body.end !== 'whole') {
      exchange.state = 'open'
      exchange.tally.posts--
      return
    }
    call.request.resume()
    this.#end(exchange, kind, {
      ...postedWith(call, body, isStreamed(call)),
      status: call.logged.status ?? 0,
      aborted: body.end === 'cut',
    })
  }

  async #refuseStray(call: Call, openTally: Tally | undefined, acting: ScriptStep | undefined): Promise<void> {
    const tally = openTally ?? this.#settled.get(call.route?.id ?? '')
    if (tally) tally.posts++
    if (!tally?.timedOut) this.stray++
    await readBody(call.request, { limit: 0, until: acting?.after })
    if (acting) return act(acting, call)
    return call.refuse(tally?.timedOut ? refusals.timedOut : refusals.invalidRequestId)
  }

  #end(exchange: Exchange, kind: OutcomeKind, init: Omit<Parameters<Exchange['settle']>[0], 'kind'>): void {
    if (init.aborted || init.errorType === 'Runtime.InvalidResponseModeHeader') this.stuck = true
    this.remember(exchange)
    exchange.settle({ ...init, kind })
    this.#pollers.release(exchange)
  }
}

/** The deadline, or the end of the runtime's process, may have ended the exchange while its answer was being read. */
function stillAnswering(exchange: Exchange): boolean {
  return exchange.state === 'answering'
}

/** The fault of an answer's headers, before its body is read. */
function refusalOf(call: Call, exchange: Exchange, kind: 'response' | 'error'): Refusal | undefined {
  const { headers } = call.request
  const attempt = exchange.options.invocationId
  if (attempt !== undefined && headers['lambda-runtime-invocation-id'] !== attempt) return refusals.timedOut
  const mode = headers['lambda-runtime-function-response-mode']
  return kind === 'response' && mode !== undefined && mode !== 'streaming' ? refusals.invalidMode : undefined
}

function isStreamed(call: Call): boolean {
  return call.request.headers['lambda-runtime-function-response-mode'] === 'streaming'
}

function postedWith(call: Call, body: Body, streamed: boolean) {
  const { headers, rawHeaders, rawTrailers } = call.request
  const contentType = headers['content-type']
  return {
    body: invokerBody(contentType, bytesOfBody(body)),
    contentType,
    errorType: headers['lambda-runtime-function-error-type'] as string | undefined,
    rawHeaders,
    rawTrailers,
    streamed,
    chunks: body.chunks,
  }
}

/** The platform removes `errorCause` from an error of this type before the invoker gets it. */
function invokerBody(contentType: string | undefined, body: Buffer): Buffer {
  if (contentType !== 'application/vnd.aws.lambda.error.cause+json') return body
  try {
    const { errorMessage, errorType, stackTrace } = JSON.parse(body.toString()) as Record<string, unknown>
    return Buffer.from(JSON.stringify({ errorMessage, errorType, stackTrace }))
  } catch {
    return body
  }
}

function platformError(errorType: string, message: string, status: number) {
  return { errorType, contentType: 'application/json', body: errorBody(errorType, message), status }
}
