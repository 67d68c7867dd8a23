import { isAnswer } from '../answer.ts'
import { ByteSource } from '../byte-source.ts'
import type { HandlerRef, Invocation, Plugin } from '../contract.ts'
import { HandlerError, messageOf } from '../errors.ts'
import { isStream, normalise } from '../response/normalise.ts'
import { settledWithin } from '../waiting.ts'
import { derived, leadTo } from './invocation.ts'
import type { Plugins } from './plugins.ts'
import { isIn, statusOf } from './status-of.ts'
import type { Target } from './targets.ts'

/** Upper bound for the clean-up of the previous step, in milliseconds. */
const restMs = 500
/** Lambda's limit for an event or an answer, in bytes. */
const longestEvent = 6 * 1024 * 1024

/**
 * Runs the handler of a target. The steps of a sequence run one after the other, each with the previous answer as its
 * event.
 *
 * @param judged true if a status in `failOn` is a failure
 * @returns the result of the last step
 * @throws the handler's error, in a sequence with the step's name; HandlerError `Function.HttpStatus`
 */
export async function runSteps(
  target: Target,
  invocation: Invocation,
  plugins: Plugins,
  judged: boolean,
): Promise<unknown> {
  const { handlers, failOn } = target
  let { event } = invocation
  for (const [index, handler] of handlers.entries()) {
    leadTo(invocation, handler)
    let rest: PromiseLike<unknown> | undefined
    try {
      const found = plugins.of(handler)
      const plugin: Plugin = found instanceof Promise ? await found : found
      // If the language had to start first, the event's time may be used up.
      const alarm = invocation.alarm ?? invocation.signal
      if (alarm.aborted) throw alarm.reason
      // Each step has its own invocation, so that its late log lines name the right handler.
      const value = await plugin.invoke(handlers.length === 1 ? invocation : derived(invocation, { event }))
      const isLast = index === handlers.length - 1
      const isJudged = judged && failOn !== undefined
      if (isLast && !isJudged) return value
      rest = restOf(value)
      if (isJudged) refuseStatus(value, failOn, handler)
      if (isLast) return value
      event = await bytesOf(value)
    } catch (thrown) {
      // The next event must not meet work of this one.
      if (rest) await settledWithin(rest, restMs)
      throw handlers.length > 1 ? ofStep(thrown, index, target) : thrown
    }
    if (rest) await settledWithin(rest, restMs)
  }
  throw new Error(`${target.name} has no handler`)
}

/**
 * The bytes of a value as the next event, or as the answer for a record. A stream is read to its end, which comes soon
 * after an abort: leaving earlier would ignore the worker's clean-up.
 *
 * @throws HandlerError `Function.ResponseSizeTooLarge`
 */
export async function bytesOf(value: unknown): Promise<Uint8Array> {
  const { body } = normalise(value)
  if (!isStream(body)) return body
  const source = new ByteSource(body)
  const parts: Uint8Array[] = []
  let length = 0
  for (let part = await source.next(); part; part = await source.next()) {
    parts.push(part)
    length += part.length
    if (length <= longestEvent) continue
    source.stop()
    throw new HandlerError({
      errorType: 'Function.ResponseSizeTooLarge',
      message: `the streamed answer is longer than ${longestEvent} bytes`,
    })
  }
  return Buffer.concat(parts)
}

/** The clean-up to wait for. It may reject before any code awaits it. */
function restOf(value: unknown): Promise<unknown> | undefined {
  if (!isAnswer(value) || !value.atRest) return undefined
  const rest = Promise.resolve(value.atRest)
  rest.catch(() => {})
  return rest
}

function refuseStatus(value: unknown, failOn: NonNullable<Target['failOn']>, { name }: HandlerRef): void {
  const status = statusOf(value)
  if (status === undefined || !isIn(failOn, status)) return
  throw new HandlerError({
    errorType: 'Function.HttpStatus',
    message: `${name} answered with the status ${status}, which failOn lists as a failure`,
  })
}

/**
 * The same failure with the step's name in its message. A finished error body stays unchanged; the log names the step
 * in any case.
 */
function ofStep(thrown: unknown, index: number, { name, handlers }: Target): unknown {
  if (!HandlerError.is(thrown)) return thrown
  const { errorType, stackTrace, body, xrayCause, logged } = thrown
  const step = `step ${index + 1} of ${handlers.length} of '${name}' (${handlers[index]?.name})`
  return new HandlerError({
    errorType,
    message: `${step}: ${messageOf(thrown)}`,
    stackTrace,
    ...(body && { body }),
    ...(xrayCause !== undefined && { xrayCause }),
    logged,
    cause: thrown,
  })
}
