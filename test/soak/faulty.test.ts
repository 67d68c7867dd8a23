import { expect, it } from 'vitest'
import { command } from '../support/runtime-process.ts'
import { languages, shortcomings, soakFaulty } from './faulty.ts'

it.each(languages)(
  '1,000 events in %s, with failures, killed workers and one that hangs, get 1,000 right answers and leave nothing behind',
  { timeout: 300_000 },
  async (language) => {
    const result = await soakFaulty({ language, events: 1000, command, transport: 'socket', timeout: 600 })
    expect(shortcomings(result)).toEqual([])
    expect(result.right).toEqual({ echo: 988, fail: 10, kill: 1, hang: 1 })
  },
)
