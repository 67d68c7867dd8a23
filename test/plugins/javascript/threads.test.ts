import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import type { Outcome } from '@anyhandler/core/testing'
import { folder } from '../../support/folder.ts'
import { isAlive } from '../../support/processes.ts'
import { idOf, rootOf } from './case.ts'
import { serve } from './serve.ts'
import type { ServeOptions, Served } from './serve.ts'

const app = { root: rootOf('threads'), handler: 'app.handler' }
const timeout = 90_000

interface Browser {
  readonly pid: number
  /** Before its event was over. */
  readonly ended: boolean
}

interface Place {
  readonly pid: number
  readonly threadId: number
}

const atOnce = <Result>(work: (served: Served) => Promise<Result>, options: ServeOptions = {}): Promise<Result> =>
  serve(app, work, { concurrency: 4, ...options })

/** Starts events that are all under way when this resolves. */
async function under({ invoke }: Served, count: number, ms: number): Promise<readonly Promise<Outcome>[]> {
  const running = Array.from({ length: count }, () => invoke({ way: 'wait', ms }))
  await sleep(30)
  return running
}

async function placesOf(outcomes: readonly Promise<Outcome>[]): Promise<readonly Place[]> {
  return (await Promise.all(outcomes)).map((outcome) => outcome.json() as Place)
}

/** How many there are of something in all places. */
const countOf = (places: readonly Place[], key: keyof Place): number => new Set(places.map((place) => place[key])).size

describe('several events at a time', { timeout }, () => {
  test('run in threads of one process, or in processes when the options say so', async () => {
    await atOnce(async (served) => {
      const places = await placesOf(await under(served, 4, 100))
      expect([countOf(places, 'pid'), countOf(places, 'threadId')]).toEqual([1, 4])
    })
    await atOnce(
      async (served) => {
        const places = await placesOf(await under(served, 4, 100))
        expect([countOf(places, 'pid'), countOf(places, 'threadId')]).toEqual([4, 1])
      },
      { plugin: { isolation: 'process' } },
    )
  })

  test('end each on its own, whatever its thread does', async () => {
    const ways = {
      endless: { errorType: 'Function.Timeout' },
      blocked: { errorType: 'Function.Timeout' },
      exit: { errorType: 'Runtime.ExitError', errorMessage: 'the worker thread exited with code 3 during the event' },
      rejection: { errorType: 'Runtime.UnhandledPromiseRejection' },
      timer: { errorType: 'RangeError', errorMessage: 'in a timer' },
      never: { errorType: 'Runtime.NodeJsExit' },
      memory: { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('memory limit') as unknown },
    }
    await atOnce(async (served) => {
      const { api, invoke } = served
      for (const [way, error] of Object.entries(ways)) {
        const isKilled = error.errorType === 'Function.Timeout'
        let processes = 0
        // A thread that isn't over 50 ms after its deadline is taken for stuck. This can happen on a busy machine.
        for (let tries = isKilled ? 5 : 1; processes !== 1 && tries > 0; tries--) {
          const others = await under(served, 3, 500)
          const outcome = await invoke({ way }, isKilled ? { timeout: 300 } : {})
          expect(outcome.json()).toMatchObject(error)
          expect(outcome.posts).toBe(1)
          const places = await placesOf(others)
          // Another thread of the same process takes its place.
          const next = await placesOf(await under(served, 4, 50))
          processes = countOf([...places, ...next], 'pid')
        }
        expect(processes).toBe(1)
      }
      expect(api.strayAnswers).toBe(0)
    })
  })

  test('have one error each when their process crashes, and the next run in a clean one', async () => {
    await atOnce(async (served) => {
      const [before] = await placesOf(await under(served, 1, 1))
      const others = await under(served, 3, 5_000)
      const outcomes = await Promise.all([...others, served.invoke({ way: 'crash' })])
      for (const outcome of outcomes) {
        expect(outcome.posts).toBe(1)
        expect(outcome.json()).toMatchObject({
          errorType: 'Runtime.ExitError',
          errorMessage: 'the process was ended by SIGSEGV during the event',
        })
      }
      const next = await placesOf(await under(served, 4, 50))
      expect(countOf(next, 'pid')).toBe(1)
      expect(next[0]!.pid).not.toBe(before!.pid)
    })
  })

  test('have their own log, stream, temporary folder and trace', async () => {
    await atOnce(async ({ api, invoke, records }) => {
      await Promise.all(
        ['a', 'b'].map((text, index) => api.invoke(JSON.stringify({ way: 'print', text }), { id: idOf(index) })),
      )
      await api.idle()
      const logged = records.map((record) => JSON.parse(record) as { requestId?: string; message: string })
      for (const [index, text] of ['a', 'b'].entries()) {
        const messages = logged.filter(({ requestId }) => requestId === idOf(index)).map(({ message }) => message)
        expect(messages).toEqual([`logged ${text}`, `printed ${text}`, `error ${text}`, `later ${text}`])
        // The process's own descriptors belong to all.
        const shared = logged.filter(({ requestId }) => requestId === undefined).map(({ message }) => message)
        expect(shared).toEqual(expect.arrayContaining([`descriptor ${text}`, `child ${text}`]))
      }
      const traceId = (index: number): string => `Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e70${index}`
      const options = (index: number) => ({ traceId: traceId(index) })
      const all = await Promise.all([0, 1, 2, 3].map((index) => invoke({ way: 'surroundings' }, options(index))))
      const surroundings = all.map((outcome) => outcome.json() as { tmp: string; child: string })
      expect(new Set(surroundings.map(({ tmp }) => tmp)).size).toBeGreaterThan(1)
      for (const [index, { tmp, child }] of surroundings.entries()) expect(child).toBe(`${tmp} ${traceId(index)}`)
    })
    await serve(
      { ...app, handler: 'app.stream' },
      async ({ invoke }) => {
        const answers = await Promise.all([1, 2, 3, 4].map(() => invoke({ parts: 50 })))
        const threads = answers.map((answer) => {
          const lines = answer.text().trimEnd().split('\n')
          const [thread] = /\d+$/.exec(lines[0]!)!
          expect(lines).toEqual(Array.from({ length: 50 }, (_, part) => `part ${part} of ${thread}`))
          return thread
        })
        expect(new Set(threads).size).toBe(4)
      },
      { concurrency: 4 },
    )
  })

  test('leave no processes behind, and none of an event that still runs is taken for one of another', async () => {
    await atOnce(async ({ api, invoke }) => {
      const long = invoke({ way: 'browser', ms: 600 })
      const short = (await invoke({ way: 'browser', ms: 1 })).json() as Browser
      await vi.waitFor(() => expect(isAlive(short.pid)).toBe(false), { timeout: 10_000 })
      const { pid, ended } = (await long).json() as Browser
      expect(ended).toBe(false)
      await api.idle()
      await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 })
    })
  })

  test('find the standard descriptors and streams open that another has closed', async () => {
    await atOnce(async ({ api, invoke, records }) => {
      await invoke({ way: 'close' })
      for (let event = 0; event < 4; event++) await invoke({ way: 'destroy' })
      const texts = ['a', 'b', 'c', 'd']
      const missing = async () => {
        await Promise.all(texts.map((text) => invoke({ way: 'print', text })))
        await api.idle()
        const log = records.join('')
        return texts.filter((text) => !log.includes(`printed ${text}`) || !log.includes(`child ${text}`))
      }
      // A thread tells the main thread, which opens them again a moment later.
      await expect.poll(missing, { timeout: 10_000 }).toEqual([])
    })
  })

  test.for(['thread', 'process'] as const)(
    'leave no folder behind when they can not start: each a %s',
    async (kind) => {
      const root = folder({
        'app.mjs': `import { existsSync } from 'node:fs'
if (existsSync(import.meta.dirname + '/broken')) throw new Error('broken')
export const handler = ({ ends }) => (ends ? process.exit(1) : process.env.TMPDIR)
`,
      })
      const work = async ({ invoke }: Served): Promise<void> => {
        const parent = dirname((await invoke({})).json() as string)
        writeFileSync(join(root, 'broken'), '')
        for (let event = 0; event < 4; event++) await invoke({ ends: true })
        const left = () => readdirSync(parent).filter((name) => name.startsWith('lane-'))
        await expect.poll(left, { timeout: 10_000 }).toEqual([])
      }
      const plugin = kind === 'process' ? { isolation: kind } : {}
      await serve({ root, handler: 'app.handler' }, work, { concurrency: 2, plugin })
    },
  )
})

/** Says to the host, in the name of its process, that the lanes have ended; and goes on. */
const forger = `import { appendFileSync, readFileSync, readdirSync, readlinkSync, writeSync } from 'node:fs'
const described = (fd) => {
  try {
    const mode = readFileSync('/proc/self/fdinfo/' + fd, 'latin1').split('\\n')[1].at(-1)
    return { fd, target: readlinkSync('/proc/self/fd/' + fd), mode }
  } catch {
    return { fd, target: '', mode: '' }
  }
}
export const handler = async ({ file }) => {
  if (!file) return 'fine'
  const all = readdirSync('/proc/self/fd').map(Number).sort((one, other) => one - other).map(described)
  // The first write end whose read end is in another process.
  const { fd } = all.find(
    ({ target, mode }) =>
      target.startsWith('pipe:') && mode === '1' && all.filter((other) => other.target === target).length === 1,
  )
  const lane = Number(process.env.TMPDIR.split('-').at(-1))
  writeSync(fd, 'ended 10\\n{"lane":' + lane + '}')
  // Its event loop never hears that the host has closed its pipes.
  for (;;) {
    appendFileSync(file, '.')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
  }
}
`

test('a thread that says it has ended is ended', { timeout }, async () => {
  const root = folder({ 'app.mjs': forger })
  const file = join(root, 'written')
  writeFileSync(file, '')
  await serve(
    { root, handler: 'app.handler' },
    async ({ invoke }) => {
      const outcome = await invoke({ file }, { timeout: 3_000 })
      expect(outcome.json()).toMatchObject({ errorType: 'Runtime.ExitError' })
      // A busy machine may write nothing for a while.
      const isStill = async () => {
        const { size } = statSync(file)
        await sleep(500)
        return statSync(file).size === size
      }
      await expect.poll(isStill, { timeout: 10_000 }).toBe(true)
      expect((await invoke({})).json()).toBe('fine')
    },
    { concurrency: 2 },
  )
})
