import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bin } from '../support/command.ts'
import { folder } from '../support/folder.ts'
import { processesWithCommand, statOf } from '../support/processes.ts'

/** A busy machine may need more than the second that is promised; what is never ended stays for a day. */
const inTime = { timeout: 20_000, interval: 20 } as const

interface Runtime {
  readonly api: RuntimeApiServer
  readonly process: ChildProcess
  readonly log: () => string
}

/** `anyhandler run` on handlers, ended with the test. */
async function start(handler: string, files: Readonly<Record<string, string>>): Promise<Runtime> {
  const api = await RuntimeApiServer.start()
  const child = spawn(process.execPath, [bin, 'run'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, AWS_LAMBDA_RUNTIME_API: api.address, _HANDLER: handler, LAMBDA_TASK_ROOT: folder(files) },
  })
  let log = ''
  child.stdout.on('data', (data: Buffer) => (log += data.toString()))
  child.stderr.on('data', (data: Buffer) => (log += data.toString()))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await api.close()
  })
  return { api, process: child, log: () => log }
}

/** A duration that no other process sleeps for. */
function uniqueSeconds(): string {
  return `${100_000 + Math.floor(Math.random() * 800_000)}`
}

describe('an endless query', () => {
  it('is answered as a timeout, and the next event by the same process, which then rests', async () => {
    const {
      api,
      process: host,
      log,
    } = await start('count', {
      'count.sql': `WITH RECURSIVE n(i) AS (SELECT 1 WHERE event('endless') UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;
        SELECT 'fine' state;`,
    })
    expect((await api.invoke({ endless: false })).text()).toBe('{"state":"fine"}')
    const lateness = async (): Promise<number> => {
      const timeout = await api.invoke({ endless: true }, { timeout: 1_000 })
      expect([timeout.kind, timeout.posts]).toEqual(['error', 1])
      expect(timeout.json()).toMatchObject({
        errorType: 'Function.Timeout',
        errorMessage: expect.stringMatching(/^Task timed out after (?:1\.0|0\.\d)0 seconds$/) as unknown,
      })
      return timeout.at - timeout.deadline
    }
    // A busy machine may bring an answer too late that was sent in time.
    await expect.poll(lateness, inTime).toBeLessThanOrEqual(0)
    expect((await api.invoke({ endless: false })).text()).toBe('{"state":"fine"}')
    expect(host.exitCode).toBeNull()
    expect(log()).not.toContain('Warning')
    await api.idle()
    const ticks = (): number => statOf(host.pid ?? 0)?.ticks ?? Number.NaN
    // What its start has left to do may come late on a busy machine; a query that runs on takes a second each second.
    const inASecond = async (): Promise<number> => {
      const before = ticks()
      await sleep(1_000)
      return ticks() - before
    }
    await expect.poll(inASecond, inTime).toBeLessThan(10)
  })
})

describe('a host that is killed', () => {
  it.each([
    ['bash', 'app', { 'app.sh': 'setsid sleep SECONDS >/dev/null 2>&1 &\nsleep SECONDS\n' }],
    [
      'Python',
      'app.handler',
      {
        'app.py':
          'import subprocess\ndef handler(event, context):\n    subprocess.Popen(["setsid", "sleep", "SECONDS"])\n    subprocess.run(["sleep", "SECONDS"])\n',
      },
    ],
  ])(
    'leaves nothing of a sleeping %s handler and what it started after a second',
    async (_language, handler, files) => {
      const seconds = uniqueSeconds()
      const own = Object.fromEntries(
        Object.entries(files).map(([name, text]) => [name, text.replaceAll('SECONDS', seconds)]),
      )
      const { api, process: host } = await start(handler, own)
      void api.send({}, { timeout: 60_000 })
      await expect.poll(() => processesWithCommand(`sleep\0${seconds}`), inTime).toHaveLength(2)
      // The watcher starts a little later than the first event.
      const watchers = () =>
        processesWithCommand('\0anyhandler-watcher\0').filter((pid) => statOf(pid)?.parent === host.pid)
      await expect.poll(watchers, inTime).toHaveLength(1)
      host.kill('SIGKILL')
      await expect.poll(() => processesWithCommand(`sleep\0${seconds}`), inTime).toEqual([])
    },
  )
})

describe('a handler that leaves a process in a session of its own behind', () => {
  it.each([
    ['bash', 'app', { 'app.sh': 'setsid sleep SECONDS >/dev/null 2>&1 &\necho done\n' }],
    [
      'Python',
      'app.handler',
      {
        'app.py':
          'import subprocess\ndef handler(event, context):\n    subprocess.Popen(["sleep", "SECONDS"], start_new_session=True)\n    return "done"\n',
      },
    ],
  ])('loses it within a second: %s', async (_language, handler, files) => {
    const seconds = uniqueSeconds()
    const own = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name, text.replaceAll('SECONDS', seconds)]),
    )
    const { api } = await start(handler, own)
    expect((await api.invoke({})).text()).toContain('done')
    await expect.poll(() => processesWithCommand(`sleep\0${seconds}`), inTime).toEqual([])
    expect((await api.invoke({})).text()).toContain('done')
  })
})
