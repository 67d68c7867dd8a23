import type { Alarm, Invocation } from '../contract.ts'
import { reportError } from '../response/error-body.ts'
import type { ErrorReport } from '../response/error-body.ts'
import { HandlerError, HostError, messageOf } from '../errors.ts'
import type { OpenInvocation } from './invocation.ts'
import type { Log } from '../log/log.ts'
import { isStream } from '../response/normalise.ts'
import type { Outgoing } from '../response/normalise.ts'
import { StreamedBody } from '../response/response-stream.ts'
import { RuntimeApiError } from '../runtime-api.ts'
import type { NextEvent, RuntimeApi } from '../runtime-api.ts'
import { pause } from '../waiting.ts'

export interface DeliveryOptions {
  readonly api: RuntimeApi
  readonly log: Log
  readonly managedInstances: boolean
  /** Cuts retry delays short when the host shuts down. */
  readonly stopped: Alarm
}

/** An answer in its final bytes. */
export type Answer = { readonly response: Uint8Array; readonly contentType: string } | { readonly error: ErrorReport }

/** The platform wants the process to end. */
export class PlatformStop extends Error {
  override readonly name = 'PlatformStop'
}

interface Unconfirmed {
  readonly event: NextEvent
  readonly answer: Answer
  times: number
}

/** Limit of repeated posts for an answer that the platform says it doesn't have. */
const maxReposts = 3
/** Limit of retries, on Managed Instances, for a post without a connection; the delays double. */
const maxConnects = 5
const firstPauseMs = 100

/**
 * Posts the answers of one poller, each exactly once.
 *
 * A refusal of the platform is logged, and the loop goes on; only a 500 ends the process, except on Managed Instances.
 * If the connection breaks before the platform has replied, the answer may or may not have arrived: it is kept, not
 * sent again. If it didn't arrive, the classic platform sends the event once more, and gets the kept answer: the
 * handler doesn't run twice.
 */
export class Delivery {
  readonly #options: DeliveryOptions
  #unconfirmed: Unconfirmed | undefined

  constructor(options: DeliveryOptions) {
    this.#options = options
  }

  /** True if the answer to the last event may be lost: pass the next event to {@link again} first. */
  get hasUnconfirmed(): boolean {
    return this.#unconfirmed !== undefined
  }

  /**
   * Answers an event that the platform sends again because its answer was lost.
   * @returns `false` for any other event
   * @throws PlatformStop
   */
  async again(event: NextEvent): Promise<boolean> {
    const lost = this.#unconfirmed
    if (!lost) return false
    this.#unconfirmed = undefined
    if (lost.event.id !== event.id || lost.event.attempt !== event.attempt || lost.event.deadline !== event.deadline)
      return false
    if (lost.times >= maxReposts)
      throw new PlatformStop(`the answer to event ${event.id} was lost ${lost.times + 1} times`)
    this.#options.log.record('WARN', `the answer to event ${event.id} did not arrive; posting it again`)
    await this.#post(event, lost.answer, undefined, lost.times + 1)
    return true
  }

  /** @throws PlatformStop */
  fail(event: NextEvent, error: ErrorReport, invocation: Invocation | undefined): Promise<void> {
    return this.#post(event, { error }, invocation)
  }

  /**
   * Posts a response.
   * @param failed is called when a stream failed midway
   * @throws PlatformStop, and the error of a stream before its first byte
   */
  respond(
    event: NextEvent,
    outgoing: Outgoing,
    open: OpenInvocation,
    failed: (thrown: unknown) => ErrorReport,
  ): Promise<void> {
    const { body, contentType } = outgoing
    if (!isStream(body)) return this.#post(event, { response: body, contentType }, open.invocation)
    return this.#openStream(body, outgoing, event, open, failed)
  }

  async #openStream(
    body: AsyncIterable<Uint8Array>,
    { contentType, prelude }: Outgoing,
    event: NextEvent,
    open: OpenInvocation,
    failed: (thrown: unknown) => ErrorReport,
  ): Promise<void> {
    const streamed = await StreamedBody.open(body, prelude, open.alarm)
    await this.#stream(event, streamed, contentType, open, failed)
  }

  async #post(event: NextEvent, answer: Answer, invocation: Invocation | undefined, times = 0): Promise<void> {
    const { api, managedInstances, stopped } = this.#options
    for (let attempt = 0, ms = firstPauseMs; ; attempt++, ms *= 2) {
      try {
        if ('error' in answer) await api.fail(event, answer.error)
        else await api.respond(event, answer.response, answer.contentType)
        return
      } catch (error) {
        if (!(error instanceof RuntimeApiError)) throw error
        // Without a connection nothing was sent, so a retry is safe. On the classic platform `/next` gives the event
        // again.
        if (error.wire === 'connect' && managedInstances && attempt < maxConnects && !stopped.aborted) {
          await pause(ms, stopped)
          continue
        }
        if (error.wire === 'request' && 'response' in answer) {
          answer = {
            error: reportError(
              new HostError('Runtime.MarshalError', { problem: `the answer cannot be sent: ${error.message}` }),
            ),
          }
          continue
        }
        this.#refused(error, { event, answer, times }, invocation)
        return
      }
    }
  }

  async #stream(
    event: NextEvent,
    streamed: StreamedBody,
    contentType: string,
    open: OpenInvocation,
    failed: (thrown: unknown) => ErrorReport,
  ): Promise<void> {
    let report: ErrorReport | undefined
    const failure = (): ErrorReport | undefined => {
      if (streamed.failure) report ??= failed(streamed.failure.thrown)
      return report
    }
    try {
      await this.#options.api.stream(event, streamed, contentType, failure)
    } catch (error) {
      if (!(error instanceof RuntimeApiError)) throw error
      const lost =
        failure() ??
        reportError(
          new HostError('Runtime.TruncatedResponse', {
            problem: 'the connection broke before the streamed response was complete',
          }),
        )
      this.#refused(error, { event, answer: { error: lost }, times: 0 }, open.invocation)
    } finally {
      // The platform refused the rest, so the producer of the stream must end.
      if (!streamed.whole)
        open.abort(
          new HandlerError({
            errorType: 'Function.StreamAborted',
            message: 'the invoker no longer reads the response',
          }),
        )
    }
  }

  #refused(error: RuntimeApiError, lost: Unconfirmed, invocation: Invocation | undefined): void {
    const { log, managedInstances } = this.#options
    if (error.wire === 'closed') return
    log.record('ERROR', messageOf(error), { ...(invocation && { invocation }) })
    if (error.status === 500 && !managedInstances) throw new PlatformStop(error.message)
    if (error.status === 0) this.#unconfirmed = lost
  }
}
