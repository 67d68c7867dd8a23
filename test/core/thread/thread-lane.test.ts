import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ThreadPool } from '@anyhandler/core/thread'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { LaneStuckError } from '../../../core/src/lane/lane.ts'

type Task = { readonly do: string; readonly text?: string }
const module = new URL('thread-module.ts', import.meta.url)
const open: ThreadPool<Task, unknown>[] = []

async function pool(size = 1, options: unknown = {}): Promise<ThreadPool<Task, unknown>> {
  const made = new ThreadPool<Task, unknown>({ module, options, size })
  open.push(made)
  await made.start()
  return made
}

const taskFile = (): string => join(mkdtempSync(join(tmpdir(), 'anyhandler-thread-')), 'state')

const content = (file: string, text: string): Promise<void> =>
  vi.waitFor(() => expect(readFileSync(file, 'utf8')).toBe(text), { timeout: 20_000, interval: 5 })

const never = new AbortController().signal

describe('a thread lane', () => {
  afterEach(async () => {
    await Promise.all(open.splice(0).map((made) => made.close()))
  })

  it('answers task after task in the same warm thread', async () => {
    const threads = await pool()
    const first = await threads.run({ do: 'id' }, { signal: never })
    expect(await threads.run({ do: 'id' }, { signal: never })).toEqual(first)
    for (let i = 0; i < 500; i++) {
      expect(await threads.run({ do: 'echo', text: `${i}` }, { signal: never })).toEqual({ ok: true, value: `${i}` })
    }
  })

  it('needs no promise for a quick reply of its only thread', async () => {
    const [one, two] = [await pool(), await pool(2)]
    const echo = { do: 'echo', text: 'x' }
    let reply = one.run(echo, { signal: never })
    // A busy machine may need more than two milliseconds.
    for (; reply instanceof Promise; reply = one.run(echo, { signal: never })) await reply
    expect(reply).toEqual({ ok: true, value: 'x' })
    const promise = two.run(echo, { signal: never })
    expect(promise).toBeInstanceOf(Promise)
    expect(await promise).toEqual({ ok: true, value: 'x' })
  })

  it('gives a failure back as data and stays warm', async () => {
    const threads = await pool()
    expect(await threads.run({ do: 'throw' }, { signal: never })).toEqual({
      ok: false,
      error: { errorType: 'RangeError', message: 'out of range' },
    })
    expect(await threads.run({ do: 'echo', text: 'x' }, { signal: never })).toEqual({ ok: true, value: 'x' })
  })

  it.each([1, 2])(
    'ends a task that posts without end, in time and with few unread messages (%s threads)',
    async (size) => {
      const threads = await pool(size)
      const memory = process.memoryUsage().rss
      let messages = 0
      const onMessage = (): void => {
        messages += 1
        // A log is written more slowly than a thread can post.
        for (const end = performance.now() + 0.01; performance.now() < end;);
      }
      const begun = performance.now()
      const signal = AbortSignal.timeout(1000)
      await expect(threads.run({ do: 'flood' }, { signal, onMessage })).rejects.toThrow('timeout')
      expect(messages).toBeGreaterThan(1000)
      // It only ends what hangs: without turns of the event loop, the signal never fires.
      expect(performance.now() - begun).toBeLessThan(30_000)
      expect(process.memoryUsage().rss - memory).toBeLessThan(100e6)
      expect(await threads.run({ do: 'echo', text: 'x' }, { signal: never })).toEqual({ ok: true, value: 'x' })
    },
  )

  it('hands over what the task posts, in order and before the reply', async () => {
    const threads = await pool()
    const messages: unknown[] = []
    await threads.run({ do: 'post' }, { signal: never, onMessage: (message) => messages.push(message) })
    expect(messages).toEqual(['one', 'two'])
  })

  it('moves memory with a value, and leaves it in the thread when the task fails', async () => {
    const threads = await pool()
    const run = (what: string, text?: string) =>
      threads.run({ do: what, ...(text !== undefined && { text }) }, { signal: never })
    expect(await run('move', 'moved')).toEqual({ ok: true, value: new Uint8Array(Buffer.from('moved')) })
    expect(await run('kept')).toEqual({ ok: true, value: 0 })
    expect(await run('move', 'throw')).toMatchObject({ ok: false })
    expect(await run('kept')).toEqual({ ok: true, value: 'throw'.length })
    expect(await run('echo', 'x')).toEqual({ ok: true, value: 'x' })
  })

  it('leaves the event loop alone when a task takes longer than two milliseconds', async () => {
    const threads = await pool()
    let turns = 0
    const timer = setInterval(() => (turns += 1), 1)
    await threads.run({ do: 'slow' }, { signal: never })
    clearInterval(timer)
    expect(turns).toBeGreaterThan(5)
  })

  it('fails to start with the failure of the factory', async () => {
    await expect(pool(1, { broken: true })).rejects.toMatchObject({
      name: 'HandlerError',
      errorType: 'TypeError',
      message: 'the options are broken',
    })
  })

  it('replaces a thread that exits during a task', async () => {
    const threads = await pool()
    await expect(threads.run({ do: 'exit' }, { signal: never })).rejects.toMatchObject({ name: 'LaneBrokenError' })
    expect(await threads.run({ do: 'echo', text: 'next' }, { signal: never })).toEqual({ ok: true, value: 'next' })
  })

  it('ends an endless JavaScript loop when the signal fires', async () => {
    const reason = new Error('time is up')
    let threads: Awaited<ReturnType<typeof pool>>
    let ended: unknown
    // On a busy machine a thread may need longer for its end than the time after which it counts as stuck.
    for (let round = 0; ; round++) {
      threads = await pool()
      const controller = new AbortController()
      setTimeout(() => controller.abort(reason), 20)
      ended = await Promise.resolve(threads.run({ do: 'spin' }, { signal: controller.signal })).catch(
        (error: unknown) => error,
      )
      if (!(ended instanceof LaneStuckError) || round === 4) break
    }
    expect(ended).toBe(reason)
    expect(await threads.run({ do: 'echo', text: 'next' }, { signal: never })).toEqual({ ok: true, value: 'next' })
  })

  // A thread that is told to stop while it loads a native addon aborts the process.
  it('is not stopped while it starts: not by a pool that is closed', async () => {
    const file = taskFile()
    const threads = new ThreadPool<Task, unknown>({ module, options: { slow: { ms: 200, file } }, size: 1 })
    const started = threads.start()
    await content(file, 'started')
    await threads.close()
    expect(readFileSync(file, 'utf8')).toBe('loaded')
    await started
  })

  it('is not stopped while it starts: not by the process’s exit', async () => {
    const file = taskFile()
    const child = fileURLToPath(new URL('thread-exit.ts', import.meta.url))
    const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
      spawn(process.execPath, ['--conditions=source', child, file], { stdio: 'inherit' }).once('exit', (code, signal) =>
        resolve({ code, signal }),
      )
    })
    expect({ code, signal, file: readFileSync(file, 'utf8') }).toEqual({ code: 7, signal: null, file: 'loaded' })
  })

  it('is stopped when it starts for ever', async () => {
    const file = taskFile()
    const threads = new ThreadPool<Task, unknown>({ module, options: { slow: { ms: 60_000, file } }, size: 1 })
    const outcome = threads.start().catch((error: unknown) => error)
    await content(file, 'started')
    await threads.close()
    expect(await outcome).toMatchObject({ name: 'LaneBrokenError' })
    expect(readFileSync(file, 'utf8')).toBe('started')
  })

  it('runs as many tasks at once as it has threads', async () => {
    const threads = await pool(2)
    const ids = await Promise.all([
      threads.run({ do: 'slow' }, { signal: never }),
      threads.run({ do: 'id' }, { signal: never }),
    ])
    expect(ids[1]).toMatchObject({ ok: true })
    const signal = AbortSignal.timeout(20_000)
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) => threads.run({ do: 'echo', text: `${i}` }, { signal })),
    )
    expect(replies.map((reply) => reply.ok && reply.value)).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`))
  })
})
