import { describe, expect, test } from 'vitest'
import { rootOf } from './case.ts'
import { serve } from './serve.ts'

/** The answers of one worker to events in turn. */
const answers = (handler: string, ...events: readonly unknown[]) =>
  serve({ root: rootOf('asynchronous'), handler }, async ({ invoke }) => {
    const found: unknown[] = []
    for (const event of events) found.push((await invoke(event)).json())
    return found
  })

describe('an async def handler', () => {
  test('is awaited', async () => {
    expect(await answers('app.echo', { a: 1 }, [2])).toEqual([{ a: 1 }, [2]])
    expect(await answers('app.gathers', [1, 2, 3])).toEqual([[1, 4, 9]])
    expect(await answers('app.returns_awaitable', 1)).toEqual(['awaited'])
  })

  test('fails with the stack of its own code', async () => {
    const [error] = (await answers('app.fails', 1)) as [{ errorType: string; stackTrace: string[] }]
    expect(error.errorType).toBe('ValueError')
    expect(error.stackTrace).toHaveLength(1)
    expect(error.stackTrace[0]).toContain('in fails\n    raise ValueError("in a coroutine")\n')
  })

  test('finds the event loop, and what it has left there, in the next event', async () => {
    expect(await answers('app.keeps_the_loop', 1, 2)).toEqual([
      [true, [1]],
      [true, [1, 2]],
    ])
  })

  test('runs on the loop that its module has made', async () => {
    expect(await answers('own_loop.handler', 1, 2)).toEqual([true, true])
  })

  test('finds no context variable of an earlier event', async () => {
    expect(await answers('app.context_variable', 1, 2)).toEqual(['unset', 'unset'])
  })

  test('that is cancelled fails, and the next event is served', async () => {
    expect(await answers('app.cancels_itself', 1, 2)).toMatchObject([
      { errorType: 'CancelledError' },
      { errorType: 'CancelledError' },
    ])
  })

  test('may return bytes, and fails with what JSON does not know', async () => {
    await serve({ root: rootOf('asynchronous'), handler: 'app.returns_bytes' }, async ({ invoke }) => {
      const outcome = await invoke(1)
      expect([outcome.contentType, outcome.text()]).toEqual(['application/unknown', 'raw'])
    })
    expect(await answers('app.returns_set', 1)).toMatchObject([{ errorType: 'Runtime.MarshalError' }])
  })

  test('that exits ends its process', async () => {
    expect(await answers('app.exits', 1)).toMatchObject([{ errorType: 'Runtime.ExitError' }])
  })
})

test('a plain handler may run a loop of its own', async () => {
  expect(await answers('app.uses_asyncio_run', 1, 2)).toEqual([1, 2])
})
