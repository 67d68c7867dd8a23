import { EventAlarm } from '../alarm.ts'
import type { Alarm, CognitoIdentity, HandlerRef, Invocation, Plugin, TraceContext } from '../contract.ts'
import { checkHeaders, readClientContext, readIdentity } from './context-headers.ts'
import { HandlerError } from '../errors.ts'
import type { DeadlineTimer } from './deadline-timer.ts'
import type { NextEvent } from '../runtime-api.ts'

/**
 * How long before the deadline a handler is let go, in milliseconds, so that the timeout is posted while the platform still listens: on a small function the processor
 * comes in slices, some of them tens of milliseconds apart. A tenth of what a very short event has.
 */
const usualMargin = 100
const longestMargin = 250

/** @param ms what is left until the deadline */
export function marginOf(ms: number, marginMs = usualMargin): number {
  return Math.min(marginMs, longestMargin, Math.max(0, ms) / 10)
}

/** An event that is under way. */
export interface OpenInvocation {
  readonly invocation: Invocation
  readonly alarm: Alarm
  /** Epoch milliseconds at which the host answers, whatever the plugin does. */
  readonly answerBy: number
  /** Sounds the alarm: the host is shutting down, or nobody wants the answer any more. */
  abort(reason: unknown): void
  /** Stops the timer. */
  close(): void
}

/**
 * Makes an invocation of what `/next` gave.
 * @throws HostError `Runtime.LambdaContextUnmarshalError` when a header that came with it can't be used
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

/** The same event for another handler, or a part of it. With a signal of its own it has no alarm. */
export function derived(invocation: Invocation, changes: Partial<Invocation>): Invocation {
  const { alarm } = invocation
  return alarm instanceof EventAlarm && changes.signal === undefined
    ? Object.assign(new LazySignal(alarm), invocation, changes)
    : { ...invocation, ...changes }
}

/** Says which handler an event turned out to be for. */
export function leadTo(invocation: Invocation, handler: HandlerRef): void {
  const open: { handler: HandlerRef } = invocation
  open.handler = handler
}

/** What an invocation has that is made when somebody asks for it. It is not copied with the fields: a copy gets a signal of its own, or is {@link derived}. */
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

/** An invocation as `/next` gave it. */
class EventInvocation extends LazySignal implements Invocation {
  readonly id: string
  readonly handler: HandlerRef
  readonly event: Uint8Array
  readonly deadline: number
  readonly functionArn: string
  // What is absent is no property: `declare` keeps these from being made.
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

/** The error of an event that did not end in time; the platform's own, for a runtime that says nothing, is `Sandbox.Timedout`. */
function timeout(ms: number): HandlerError {
  // The event has been on its way for some milliseconds: a timeout is configured in seconds, locally in tenths.
  const seconds = ms < 100 ? Math.max(0, ms) / 1000 : Math.round(ms / 100) / 10
  return new HandlerError({
    errorType: 'Function.Timeout',
    message: `Task timed out after ${seconds.toFixed(2)} seconds`,
  })
}
