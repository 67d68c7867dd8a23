import type { HandlerRef, Invocation, Plugin } from '../contract.ts'
import { readContext } from './context-headers.ts'
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
  /** Epoch milliseconds at which the host answers, whatever the plugin does. */
  readonly answerBy: number
  /** Aborts the signal: the host is shutting down. */
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
  const controller = new AbortController()
  const start = Date.now()
  const margin = marginOf(event.deadline - start, marginMs)
  const invocation: Invocation = {
    id: event.id,
    handler,
    event: event.body,
    deadline: event.deadline,
    ...readContext(event),
    signal: controller.signal,
    remaining: () => Math.max(0, event.deadline - Date.now()),
  }
  timer.set(event.deadline - margin, () => controller.abort(timeout(event.deadline - start)))
  return {
    invocation,
    answerBy: event.deadline - margin * 0.75,
    abort: (reason) => controller.abort(reason),
    close: () => timer.clear(),
  }
}

/** The same event for another handler, or a part of it. */
export function derived(invocation: Invocation, changes: Partial<Invocation>): Invocation {
  return { ...invocation, ...changes }
}

/** Says which handler an event turned out to be for. */
export function leadTo(invocation: Invocation, handler: HandlerRef): void {
  const open: { handler: HandlerRef } = invocation
  open.handler = handler
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
