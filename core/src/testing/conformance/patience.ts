import { setTimeout as sleep } from 'node:timers/promises'
import { ConformanceError } from './conformance-error.ts'
import { lastSteps } from './lane-steps.ts'

/**
 * The longest wait for a good answer, or for the end of a process. It is generous, because it only ends waits for
 * events that never happen.
 */
export const patienceMs = 15_000

/**
 * Processes that must end "within a second" get three: the machine may be busy, and real leftovers stay for minutes.
 */
export const goneMs = 3_000

/** So often a wait looks at least: a machine that stands still for seconds leaves nobody time to end. */
const leastLooks = 40

/** Repeats `complaint` until it returns nothing; after the time limit it throws the last one. */
export async function eventually(complaint: () => string | undefined, ms: number): Promise<void> {
  const end = Date.now() + ms
  for (let looks = 1; ; looks++, await sleep(20)) {
    const said = complaint()
    if (said === undefined) return
    if (Date.now() > end && looks >= leastLooks) throw new ConformanceError(said)
  }
}

export interface Waiting {
  /** The missing step: `setup`, `the answer of an event`. */
  readonly what: string
  /** When the case must be done: epoch milliseconds. */
  readonly endsAt: number
  /** The function's log so far. */
  readonly records?: readonly string[]
}

/** Rejects after `ms`, or at the end of the case, with the last steps of the workers. */
export async function within<Value>(promise: Promise<Value>, ms: number, waiting: Waiting): Promise<Value> {
  const limit = Math.max(200, Math.min(ms, waiting.endsAt - Date.now()))
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ConformanceError(explain(waiting, limit))), limit)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

function explain({ what, records = [] }: Waiting, ms: number): string {
  const steps = lastSteps()
  const lanes = steps.length > 0 ? `; the last steps of its workers:\n${steps.join('')}` : ''
  const log = records.length > 0 ? `; the end of the log:\n${records.slice(-10).join('')}` : ''
  return `${what} did not happen within ${(ms / 1000).toFixed(1)} s${lanes}${log}`
}

/**
 * The highest of the numbers that were seen in a fifth of a second. A warm worker may still start processes, and a
 * process that is forked for the next event comes and goes.
 */
export async function highest<Key extends string>(
  measure: () => Readonly<Record<Key, number>>,
): Promise<Readonly<Record<Key, number>>> {
  const most: Record<Key, number> = { ...measure() }
  for (let looks = 0; looks < 10; looks++, await sleep(20)) {
    for (const [key, value] of Object.entries<number>(measure())) most[key as Key] = Math.max(most[key as Key], value)
  }
  return most
}
