import { expect } from 'vitest'
import type { Case, Run } from '../case.ts'
import { runOurs } from '../serve.ts'
import { messagesOf, seenOf } from './compare.ts'
import { runReference } from './reference.ts'

const mostTries = 3

/** A driver that a busy machine lets end too late is killed before it has said all: the case is run again. */
async function runInTime(one: Case): Promise<Run> {
  for (let tries = 1; ; tries++) {
    const run = await runOurs(one)
    const wasLate = run.log.some((line) => line.includes('after the end of its control descriptor'))
    if (!wasLate || tries === mostTries) return run
  }
}

/**
 * Runs a case with both and compares every answer, error and cause, and the log as a whole.
 * @returns the reference's run
 */
export async function expectSame(one: Case): Promise<Run> {
  const [ours, theirs] = await Promise.all([runInTime(one), runReference(one)])
  for (const [index, { text }] of one.events.entries()) {
    const [mine, reference] = [seenOf(ours.outcomes[index]!), seenOf(theirs.outcomes[index]!)]
    const cause = reference.cause === undefined ? undefined : mine.cause
    expect.soft({ event: text, ...mine, cause }).toEqual({ event: text, ...reference })
  }
  expect.soft(messagesOf(ours)).toEqual(messagesOf(theirs))
  return theirs
}
