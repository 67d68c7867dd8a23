import { setTimeout as sleep } from 'node:timers/promises'
import type { Instance } from '../instances/instance.ts'
import type { Job, Served } from '../instances/job.ts'
import { bodyOf } from '../records/body.ts'
import type { Invocation } from '../records/invocation.ts'
import type { Timings } from '../records/record.ts'
import type { DevFunction } from './dev-function.ts'

/** The longest time by which the last lines of the log may follow the answer, because they come through a pipe. */
const lastLinesMs = 150

/** One attempt of an invocation, with its record. */
export interface Tried {
  readonly served: Served
  /** Resolves when the instance is at rest, and with it the log. */
  readonly rest: Promise<void>
}

/** Lets a function handle an invocation once, and writes the steps into the invocation's record. */
export async function tryOnce(
  invocation: Invocation,
  one: DevFunction,
  job: Omit<Job, 'id' | 'event'>,
): Promise<Tried> {
  const at = Date.now()
  const since = invocation.tries.length === 0 ? invocation.receivedAt : at
  let instance: Instance | undefined
  let takenAt = at
  let isCold = false
  const index = invocation.tries.push({ at, instance: 0 }) - 1
  const served = await one.run(
    {
      ...job,
      id: invocation.id,
      event: invocation.start.event,
      onAnswer: (head) => job.onAnswer?.(head),
    },
    {
      taken(its, cold) {
        instance = its
        takenAt = Date.now()
        isCold = cold
        invocation.cold ||= cold
        invocation.timings = { queue: takenAt - since }
        invocation.change({ status: cold ? 'starting' : 'running', instance: its.number })
        if (cold)
          void its.started.then((isUp) => isUp && !invocation.isDone && invocation.change({ status: 'running' }))
      },
    },
  )
  const { kind, failed, errorType, contentType, streamed, streamError, body, deliveredAt, answeredAt } = served
  const start = isCold ? instance?.startTimes : undefined
  const timings: Timings = {
    queue: takenAt - since,
    ...start,
    ...(deliveredAt !== undefined && { handler: answeredAt - deliveredAt }),
  }
  invocation.timings = timings
  const type = errorType ?? streamError?.errorType
  invocation.tries[index] = {
    at,
    ms: Date.now() - at,
    ...(failed && { errorType: type ?? 'Runtime.Unknown', message: messageOf(streamError?.body ?? body) }),
    instance: instance?.number ?? 0,
  }
  invocation.change({
    outcome: {
      kind,
      ...(type !== undefined && { errorType: type }),
      ...(contentType !== undefined && { contentType }),
      streamed,
      body: bodyOf(body),
    },
    errorType: failed ? (type ?? 'Runtime.Unknown') : undefined,
    memory: Math.round(instance?.memory ?? 0),
  })
  return { served, rest: restOf(instance) }
}

/** Ends an invocation, whose log is now complete. */
export async function finish(invocation: Invocation, rest: Promise<void>, ok: boolean): Promise<void> {
  invocation.totalMs = Date.now() - invocation.receivedAt
  await rest
  invocation.change({ status: 'done', ok })
}

async function restOf(instance: Instance | undefined): Promise<void> {
  await Promise.race([instance?.ready(), sleep(lastLinesMs)])
  // The pipe is read in this round of the event loop.
  await sleep(1)
}

function messageOf(body: Buffer): string {
  try {
    const { errorMessage } = JSON.parse(body.toString()) as { readonly errorMessage?: unknown }
    return String(errorMessage ?? '')
  } catch {
    return body.toString().slice(0, 1_000)
  }
}
