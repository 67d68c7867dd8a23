import { EventAlarm } from '../alarm.ts'
import type { Alarm, CognitoIdentity, HandlerRef, Invocation, Plugin, TraceContext } from '../contract.ts'
import { checkHeaders, readClientContext, readIdentity } from './context-headers.ts'
import { HandlerError } from '../errors.ts'
import type { DeadlineTimer } from './deadline-timer.ts'
import type { NextEvent } from '../runtime-api.ts'

/**
 * Time between the abort of a handler and its deadline, in milliseconds, so that the timeout is posted while the
 * platform still listens. A small function gets the processor in slices, some of them tens of milliseconds apart. Very
 * short events use a tenth of their time.
 */
const usualMargin = 100
const longestMargin = 250

/** @param ms time left until the deadline */
export function marginOf(ms: number, marginMs = usualMargin): number {
  return Math.min(marginMs, longestMargin, Math.max(0, ms) / 10)
}

/** A running event. */
export interface OpenInvocation {
  readonly invocation: Invocation
  readonly alarm: Alarm
  /** Epoch milliseconds at which the host answers, even if the plugin hasn't. */
  readonly answerBy: number
  /** Raises the alarm: the host shuts down, or the invoker no longer reads the answer. */
  abort(reason: unknown): void
  /** Stops the timer. */
  close(): void
}

/**
 * Makes an invocation of a `/next` response.
 * @throws HostError `Runtime.LambdaContextUnmarshalError` when one of its headers can't be used
 */
export function openInvocation(
  event: NextEvent,
  handler: HandlerRef,
  { marginMs = usualMargin }: Plugin,
  timer: DeadlineTimer,
): OpenInvocation {
  const alarm = new EventAlarm()
  const invocation = new EventInvocation(event, handler, alarm)
  const { deadline } = event
  const left = deadline - Date.now()
  const margin = marginOf(left, marginMs)
  timer.set(deadline - margin, () => alarm.abort(timeout(left)))
  return {
    invocation,
    alarm,
    answerBy: deadline - margin * 0.75,
    abort: (reason) => alarm.abort(reason),
    close: () => timer.clear(),
  }
}

/**
 * A copy of the invocation for another handler or for a part of the event. If it has a signal of its own, it has no
 * alarm.
 */
export function derived(invocation: Invocation, changes: Partial<Invocation>): Invocation {
  const { alarm } = invocation
  return alarm instanceof EventAlarm && changes.signal === undefined
    ? Object.assign(new LazySignal(alarm), invocation, changes)
    : { ...invocation, ...changes }
}

/** Records the handler that an event turned out to be for. */
export function leadTo(invocation: Invocation, handler: HandlerRef): void {
  const open: { handler: HandlerRef } = invocation
  open.handler = handler
}

/**
 * Parts of an invocation that are made on first use. `{ ...invocation }` does not copy them: give the copy a signal, or
 * use {@link derived}.
 */
class LazySignal {
  readonly #alarm: EventAlarm

  constructor(alarm: EventAlarm) {
    this.#alarm = alarm
  }

  get signal(): AbortSignal {
    return this.#alarm.signal
  }

  get alarm(): Alarm {
    return this.#alarm
  }
}

/** The invocation of a `/next` response. */
class EventInvocation extends LazySignal implements Invocation {
  readonly id: string
  readonly handler: HandlerRef
  readonly event: Uint8Array
  readonly deadline: number
  readonly functionArn: string
  // Absent values must not be properties: `declare` keeps the class from creating them.
  declare readonly traceId?: string
  declare readonly clientContext?: string
  declare readonly traceContext?: TraceContext
  declare readonly identity?: CognitoIdentity
  declare readonly tenantId?: string
  readonly remaining: () => number

  constructor(event: NextEvent, handler: HandlerRef, alarm: EventAlarm) {
    super(alarm)
    if (!event.isPlain) checkHeaders(event)
    const { deadline, traceId, clientContext, identity, tenantId } = event
    this.id = event.id
    this.handler = handler
    this.event = event.body
    this.deadline = deadline
    this.functionArn = event.functionArn ?? ''
    if (traceId !== undefined) this.traceId = traceId
    if (clientContext !== undefined) Object.assign(this, readClientContext(clientContext))
    if (identity !== undefined) Object.assign(this, readIdentity(identity))
    if (tenantId !== undefined) this.tenantId = tenantId
    this.remaining = () => Math.max(0, deadline - Date.now())
  }
}

/**
 * The error of an event that did not end in time. The platform's own error for a silent runtime is `Sandbox.Timedout`.
 */
function timeout(ms: number): HandlerError {
  // Some milliseconds have passed since the platform started to count. Timeouts are configured in seconds, locally in
  // tenths, so the time is rounded.
  const seconds = ms < 100 ? Math.max(0, ms) / 1000 : Math.round(ms / 100) / 10
  return new HandlerError({
    errorType: 'Function.Timeout',
    message: `Task timed out after ${seconds.toFixed(2)} seconds`,
  })
}
