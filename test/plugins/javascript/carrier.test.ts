import { spawn } from 'node:child_process'
import { closeSync, constants, openSync, readdirSync, readSync, writeSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { carrierCommand } from '../../../plugins/javascript/src/node-command.ts'
import { leaveDescriptors } from '../../support/processes.ts'
import { rootOf } from './case.ts'

const driver = fileURLToPath(new URL('../../../plugins/javascript/driver/carrier.cjs', import.meta.url))
const frame = (kind: string, payload = '') => `${kind} ${Buffer.byteLength(payload)}\n${payload}`

/** A carrier without a host. */
async function start() {
  const root = rootOf('threads')
  const { file, args } = carrierCommand({}, { variables: {}, taskRoot: root } as never, driver)
  const child = spawn(file, args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let received = ''
  ;(child.stdio[4] as Readable).on('data', (bytes: Buffer) => (received += bytes.toString()))
  await expect.poll(() => received, { timeout: 10_000 }).toContain('"outputs"')
  const [, into = '', out = ''] = /"control":\[(\d+),(\d+)\]/.exec(received) ?? []
  const open = (fd: string, flags: number) => {
    const opened = openSync(`/proc/${child.pid}/fd/${fd}`, flags | constants.O_NONBLOCK)
    onTestFinished(() => closeSync(opened))
    return opened
  }
  const [toCarrier, fromCarrier] = [open(into, constants.O_WRONLY), open(out, constants.O_RDONLY)]
  ;(child.stdio[3] as Writable).write(frame('load'))
  const part = Buffer.alloc(4_096)
  const read = (): string => {
    try {
      received += part.toString('utf8', 0, readSync(fromCarrier, part))
    } catch {
      // Nothing is in the pipe yet.
    }
    return received
  }
  const until = async (text: string) => {
    await expect.poll(read, { timeout: 10_000, interval: 5 }).toContain(text)
  }
  await until('loaded')
  return {
    say: (kind: string, request: object) => writeSync(toCarrier, frame(kind, JSON.stringify(request))),
    until,
    descriptors: () => readdirSync(`/proc/${child.pid}/fd`).length,
    /** From now on it has so many left. Node itself needs more for a moment while it starts. */
    leave: (count: number) => leaveDescriptors(child.pid ?? 0, count),
  }
}

test('a lane that the host ends before it has pipes, or before it has a handler, ends alone', async () => {
  const { say, until, descriptors } = await start()
  const before = descriptors()
  say('open', { lane: 1, variables: {} })
  say('end', { lane: 1 })
  await until('{"lane":1,"problem":"the host ended it before its pipes were made"}')
  say('open', { lane: 2, variables: {} })
  await until('"lane":2,"control"')
  say('end', { lane: 2 })
  await until('{"lane":2,"exitCode":')
  await expect.poll(descriptors, { timeout: 10_000 }).toBe(before)
})

test('a carrier without descriptors says so, and keeps none of a lane that it could not open', async () => {
  for (const count of [0, 5, 11, 19]) {
    const { say, until, descriptors, leave } = await start()
    // Node itself keeps some that it opens for its first child and its first thread.
    say('open', { lane: 1, variables: {} })
    await until('"lane":1,"control"')
    say('end', { lane: 1 })
    await until('{"lane":1,"exitCode":')
    const usual = await steady(descriptors)
    leave(count)
    for (const lane of [2, 3, 4]) {
      say('open', { lane, variables: {} })
      await until(`{"lane":${lane},"problem":"EMFILE`)
    }
    await expect.poll(descriptors, { timeout: 10_000 }).toBeLessThanOrEqual(usual)
    leave(20)
    say('open', { lane: 5, variables: {} })
    await until('"lane":5,"control"')
    say('end', { lane: 5 })
    await until('{"lane":5,"exitCode":0}')
  }
})

/** A number, once it has stayed the same for a while. */
async function steady(read: () => number): Promise<number> {
  for (let same = 0, last = read(); ; last = read()) {
    await sleep(50)
    same = read() === last ? same + 1 : 0
    if (same === 4) return last
  }
}
