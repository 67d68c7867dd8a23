import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { startWatcher } from '../../../core/src/leftovers/watcher.ts'
import { hostMark, markName } from '../../../core/src/mark.ts'
import { kill } from '../../../core/src/leftovers/lookout.ts'
import { isAlive, processesWithCommand, statOf } from '../../support/processes.ts'
import { until } from '../../support/served.ts'

/** This process is the host here. */
const watchers = (): number[] => processesWithCommand(`anyhandler-watcher\0${markName}=${hostMark}-`)

const [hangUp, interrupt, terminate] = [1 << 0, 1 << 1, 1 << 14]

/** The signals that a process ignores, of these three. */
function ignored(pid: number): number {
  const [, digits = '0'] = /^SigIgn:\s+([\da-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
  return Number.parseInt(digits.slice(-8), 16) & (hangUp | interrupt | terminate)
}

it('is one for the whole host, in a session of its own, and is replaced when somebody kills it', async () => {
  startWatcher()
  startWatcher()
  await until(() => watchers().length > 0)
  await sleep(50)
  const [first = 0, ...more] = watchers()
  expect([more, statOf(first)?.session]).toEqual([[], first])

  // It is the host's end that it waits for, not the signals that a terminal or Lambda sends.
  await until(() => ignored(first) === hangUp + interrupt + terminate)
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) kill(first, signal)
  await sleep(50)
  expect(isAlive(first)).toBe(true)

  kill(first, 'SIGKILL')
  await until(() => watchers().some((pid) => pid !== first && isAlive(pid)))
  await sleep(50)
  expect(watchers()).toHaveLength(1)
})
