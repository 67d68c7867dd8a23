import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { isAlive } from '../../support/processes.ts'
import { rootOf } from './case.ts'
import { serve } from './serve.ts'

interface Place {
  readonly pid: number
  readonly threadId: number
  /** How many the module has seen. */
  readonly events: number
}

const root = mkdtempSync(join(tmpdir(), 'anyhandler-addon-'))
const app = { root, handler: 'app.handler' }
const crashed = { errorType: 'Runtime.ExitError', errorMessage: 'the process was ended by SIGSEGV during the event' }

beforeAll(() => {
  cpSync(rootOf('addon'), root, { recursive: true })
  // Node's own headers lie beside it.
  const headers = join(realpathSync(process.execPath), '../../include/node')
  const args = ['-shared', '-fPIC', '-O1', '-I', headers, '-o', join(root, 'addon.node'), join(root, 'addon.c')]
  execFileSync('gcc', args, { stdio: ['ignore', 'inherit', 'inherit'] })
})

afterAll(() => rmSync(root, { recursive: true }))

describe('a native addon', { timeout: 90_000 }, () => {
  test('that crashes costs its own event, and the next runs in a clean process', async () => {
    await serve(app, async ({ invoke }) => {
      const before = (await invoke({ way: 'wait', ms: 1 })).json() as Place
      const outcome = await invoke({ way: 'crash' })
      expect(outcome.json()).toMatchObject(crashed)
      expect(outcome.posts).toBe(1)
      const after = (await invoke({ way: 'wait', ms: 1 })).json() as Place
      expect(after).toEqual({ pid: expect.any(Number) as number, threadId: 0, events: 1 })
      expect(after.pid).not.toBe(before.pid)
    })
  })

  test('that crashes in a thread costs the events under way in its process, one error each', async () => {
    await serve(
      app,
      async ({ api, invoke }) => {
        const first = (await invoke({ way: 'wait', ms: 1 })).json() as Place
        const others = [1, 2].map(() => invoke({ way: 'wait', ms: 5_000 }))
        for (const outcome of await Promise.all([...others, invoke({ way: 'crash' })])) {
          expect(outcome.json()).toMatchObject(crashed)
          expect(outcome.posts).toBe(1)
        }
        const next = await Promise.all([1, 2, 3].map(() => invoke({ way: 'wait', ms: 50 })))
        for (const outcome of next) expect((outcome.json() as Place).pid).not.toBe(first.pid)
        expect(api.strayAnswers).toBe(0)
      },
      { concurrency: 3 },
    )
  })

  test('that can not be interrupted costs its own event, and its process ends when the others are answered', async () => {
    await serve(
      app,
      async ({ api, invoke }) => {
        const others = [1, 2].map(() => invoke({ way: 'wait', ms: 800 }))
        const outcome = await invoke({ way: 'block', ms: 60_000 }, { timeout: 300 })
        expect(outcome.json()).toMatchObject({ errorType: 'Function.Timeout' })
        const next = (await invoke({ way: 'wait', ms: 1 })).json() as Place
        const [one, two] = (await Promise.all(others)).map((other) => other.json() as Place) as [Place, Place]
        expect(one.pid).toBe(two.pid)
        expect(next.pid).not.toBe(one.pid)
        await vi.waitFor(() => expect(isAlive(one.pid)).toBe(false), { timeout: 10_000 })
        expect(((await invoke({ way: 'wait', ms: 1 })).json() as Place).pid).toBe(next.pid)
        expect(api.strayAnswers).toBe(0)
      },
      { concurrency: 3 },
    )
  })
})
