import { setTimeout as sleep } from 'node:timers/promises'
import { ConformanceError } from './conformance-error.ts'

/** How long a good answer, or the end of a process, is waited for. Generous: what never comes is what is looked for. */
export const patienceMs = 15_000

/** What is to be gone "within a second" gets three: the machine may be busy, and what is left behind stays for minutes. */
export const goneMs = 3_000

/** Looks again and again until `complaint` has none; then throws the last one. */
export async function eventually(complaint: () => string | undefined, ms: number): Promise<void> {
  for (const end = Date.now() + ms; ; await sleep(20)) {
    const said = complaint()
    if (said === undefined) return
    if (Date.now() > end) throw new ConformanceError(said)
  }
}

/** Gives up on a promise after `ms`. */
export async function within<Value>(promise: Promise<Value>, ms: number, what: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ConformanceError(`${what} did not happen within ${ms / 1000} s`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * The highest of some numbers seen in a fifth of a second: what is warm may still be starting something, or have it come and go (a process forked
 * ahead for the next event).
 */
export async function highest<Key extends string>(
  measure: () => Readonly<Record<Key, number>>,
): Promise<Readonly<Record<Key, number>>> {
  const most: Record<Key, number> = { ...measure() }
  for (const end = Date.now() + 200; Date.now() < end; await sleep(20)) {
    for (const [key, value] of Object.entries<number>(measure())) most[key as Key] = Math.max(most[key as Key], value)
  }
  return most
}
