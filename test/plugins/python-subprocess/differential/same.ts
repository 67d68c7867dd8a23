import { expect } from 'vitest'
import type { Case, Run } from '../case.ts'
import { runOurs } from '../serve.ts'
import { messagesOf, seenOf } from './compare.ts'
import { runReference } from './reference.ts'

/**
 * Runs a case with both and compares every answer, error and cause, and the log as a whole.
 * @returns the reference's run
 */
export async function expectSame(one: Case): Promise<Run> {
  const [ours, theirs] = await Promise.all([runOurs(one), runReference(one)])
  for (const [index, { text }] of one.events.entries()) {
    const [mine, reference] = [seenOf(ours.outcomes[index]!), seenOf(theirs.outcomes[index]!)]
    const cause = reference.cause === undefined ? undefined : mine.cause
    expect.soft({ event: text, ...mine, cause }).toEqual({ event: text, ...reference })
  }
  expect.soft(messagesOf(ours)).toEqual(messagesOf(theirs))
  return theirs
}
