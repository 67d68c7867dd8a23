import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isAlive } from '../../support/processes.ts'
import { rootOf } from './case.ts'
import { serve } from './serve.ts'
import type { Served, ServeOptions } from './serve.ts'

const processes = <Result>(handler: string, work: (served: Served) => Promise<Result>, options?: ServeOptions) =>
  serve({ root: rootOf('processes'), handler: `app.${handler}` }, work, options)

describe('a handler that ends its process', () => {
  test.each([
    ['sys.exit 3', /code 3/],
    ['sys.exit 0', /code 0/],
    ['sys.exit text', /code 1/],
    ['os._exit', /code 7/],
    ['segmentation fault', /SIGSEGV/],
    ['abort', /SIGABRT/],
    ['kill', /SIGKILL/],
    ['keyboard interrupt', /SIGINT/],
  ])('by %s costs that event only', async (way, message) => {
    await processes('end', async ({ invoke }) => {
      expect((await invoke('count')).json()).toBe(1)
      const outcome = await invoke(way)
      expect(outcome).toMatchObject({ kind: 'error', errorType: 'Runtime.ExitError', posts: 1 })
      expect((outcome.json() as { errorMessage: string }).errorMessage).toMatch(message)
      // A new process, in which nothing has happened yet.
      expect((await invoke('count')).json()).toBe(1)
    })
  })

  test('in a thread ends the thread only', async () => {
    await processes('end', async ({ invoke }) =>
      expect([(await invoke('exit in a thread')).json(), (await invoke('count')).json()]).toEqual([1, 2]),
    )
  })

  test('says on standard error why', async () => {
    await processes('end', async ({ invoke, records }) => {
      await invoke('sys.exit text')
      expect(records.join('')).toMatch(/^the reason\n/)
    })
  })
})

describe('memory that runs out under a limit', () => {
  test.each(['many small', 'one large'])('is a MemoryError (%s), and the worker goes on', async (way) => {
    await processes('memory', async ({ invoke }) => {
      expect((await invoke('limit')).json()).toBe('limited')
      expect((await invoke(way)).json()).toMatchObject({
        errorType: 'MemoryError',
        stackTrace: [expect.stringContaining('app.py')],
      })
      expect((await invoke('well')).json()).toBe('well')
    })
  })
})

describe('a handler that forks', () => {
  test('is answered once, by the parent, when the child comes back too', async () => {
    await processes('forks', async ({ api, invoke }) => {
      for (let round = 0; round < 3; round++) expect(await invoke({})).toMatchObject({ kind: 'response', posts: 1 })
      expect(api.strayAnswers).toBe(0)
      expect((await invoke({})).json()).toBe('parent')
    })
  })

  test('is answered by the parent when the child fails', async () => {
    await processes('fork_fails', async ({ invoke }) => {
      const outcome = await invoke({})
      expect([outcome.kind, outcome.posts]).toEqual(['response', 1])
    })
  })

  test.each(['fork', 'spawn', 'forkserver'])('by multiprocessing gets its results (%s)', async (method) => {
    await processes('pool', async ({ invoke }) => expect((await invoke(method)).json()).toEqual([1, 4, 9]))
  })
})

describe('descriptors', () => {
  test.each(['close', 'close streams'])('that a handler closed (%s) are there for the next event', async (way) => {
    await processes('descriptors', async ({ invoke, records }) => {
      expect((await invoke(way)).kind).toBe('response')
      expect((await invoke('it')).json()).toBe('it')
      const log = records.join('')
      for (const line of ['printed after it', 'to stderr after it', 'child after it'])
        expect(log).toContain(`${line}\n`)
    })
  })

  test('that carry the protocol are seen by no child, and 3 is free', async () => {
    await processes('open_numbers', async ({ invoke }) => {
      expect((await invoke({})).json()).toMatchObject({
        child: expect.not.arrayContaining(['10', '11', '12']),
        free: 3,
      })
    })
  })
})

describe('what a handler starts', () => {
  const pause = () => new Promise((resolve) => setTimeout(resolve, 300))

  test.each([
    ['browse', undefined],
    ['keeps_pool', 'spawn'],
    ['keeps_pool', 'forkserver'],
    ['keeps_pool', 'fork'],
    ['keeps_executor', undefined],
    ['keeps_manager', undefined],
  ])('and keeps serves later events, with pauses between them, until the worker ends (%s %s)', async (name, event) => {
    const pids = await processes(name, async ({ invoke }) => {
      const seen: number[] = []
      for (let round = 1; round <= 3; round++) {
        const [pid, result] = (await invoke(event ?? round)).json() as [number, unknown]
        expect(result).toEqual(name === 'browse' ? `${round}\n` : round)
        seen.push(pid)
        await pause()
      }
      return seen
    })
    expect(new Set(pids).size).toBe(1)
    await expect.poll(() => isAlive(pids[0]!), { timeout: 5000 }).toBe(false)
  })

  test.each(['session', 'daemon'])('and lets go of is ended after the event (%s)', async (way) => {
    await processes('lets_go', async ({ invoke }) => {
      const pid = (await invoke(way)).json() as number
      await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false)
      expect((await invoke('none')).json()).toBe(0)
    })
  })

  test.each(['session', 'daemon'])('is left alone with keepProcesses, until the worker ends (%s)', async (way) => {
    const pid = await processes(
      'lets_go',
      async ({ invoke }) => {
        const started = (await invoke(way)).json() as number
        await pause()
        await invoke('none')
        expect(isAlive(started)).toBe(true)
        return started
      },
      { plugin: { keepProcesses: true } },
    )
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false)
  })

  test('and the handler itself see the mark and the trace id of their event, also after many', async () => {
    await processes('environment', async ({ invoke }) => {
      const marks = new Set<string>()
      const ways = new Map([
        [20, 'overwrite'],
        [21, 'delete'],
        [90, 'overwrite'],
        [92, 'delete'],
      ])
      for (let index = 0; index < 100; index++) {
        // From the 51st event on the variables have a fixed place.
        const traceId =
          index % 3 === 0 || ways.has(index) ? `Root=1-${String(index).repeat(index === 95 ? 400 : 1)}` : undefined
        const { python, child } = (
          await invoke(ways.get(index) ?? 'look', traceId === undefined ? {} : { traceId })
        ).json() as { python: string; child: string }
        const [mark, seen] = child.split('|')
        expect([python, seen]).toEqual([child, traceId ?? ''])
        marks.add(mark!)
      }
      expect(marks.size).toBe(100)
    })
  })
})

describe('a handler that hangs', () => {
  test.each(['python', 'sleep', 'ignores signals'])('is let go at the deadline (%s)', async (way) => {
    await processes('hangs', async ({ invoke }) => {
      expect((await invoke('well')).json()).toBe('well')
      expect(await invoke(way, { timeout: 800 })).toMatchObject({ kind: 'error', errorType: 'Function.Timeout' })
      expect((await invoke('well')).json()).toBe('well')
    })
  })
})

test('eight events are under way at once on eight workers, and none waits for another', async () => {
  await processes(
    'sleeps',
    async ({ api, invoke }) => {
      await api.idle(8)
      const outcomes = await Promise.all(Array.from({ length: 8 }, (_, index) => invoke(index)))
      expect(outcomes.map((outcome) => outcome.json())).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
      expect(api.peakOpen).toBe(8)
    },
    { concurrency: 8 },
  )
})

test('a worker that is killed costs its own event only', async () => {
  await processes(
    'end',
    async ({ api, invoke }) => {
      await api.idle(4)
      const outcomes = await Promise.all(['count', 'kill', 'count', 'count'].map((event) => invoke(event)))
      expect(outcomes.map(({ kind }) => kind)).toEqual(['response', 'error', 'response', 'response'])
      expect(outcomes.every(({ posts }) => posts === 1)).toBe(true)
    },
    { concurrency: 4 },
  )
})

test('at the end the handler gets its SIGTERM and its atexit functions', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'anyhandler-end-'))
  const trace = join(folder, 'trace')
  await processes('ends_well', async ({ invoke }) => expect((await invoke(trace)).json()).toBe('registered'))
  expect(readFileSync(trace, 'utf8')).toBe('SIGTERM\natexit\n')
  rmSync(folder, { recursive: true })
})
