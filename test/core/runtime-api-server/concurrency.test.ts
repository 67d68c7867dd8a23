import { expect, test } from 'vitest'
import { apiForEachTest } from './api-under-test.ts'

const under = apiForEachTest({ concurrency: 2 })

test('gives each /next an event of its own and counts what was open at most', async () => {
  const other = await under.connect()
  void under.api.send('1', { id: 'a' })
  void under.api.send('2', { id: 'b' })
  const [first, second] = [await under.runtime.take(), await other.take()]
  expect([first.id, second.id]).toEqual(['a', 'b'])
  expect(under.api.peakOpen).toBe(2)
  await under.runtime.post('invocation/b/response', 'B')
  await other.post('invocation/a/response', 'A')
  expect(under.api.open).toBe(0)
})

test('answers 500 to one /next too many and counts it', async () => {
  const waiting = [under.runtime.next(), (await under.connect()).next()]
  await under.api.idle()
  const tooMany = await (await under.connect()).next()
  expect([tooMany.status, JSON.parse(tooMany.body.toString()).errorType]).toEqual([500, 'InternalServerError'])
  expect([under.api.waiting, under.api.peakWaiting]).toEqual([2, 3])
  void under.api.send('1')
  void under.api.send('2')
  expect((await Promise.all(waiting)).map((response) => response.body.toString())).toEqual(['1', '2'])
})

test('does not take a runtime that reconnects for one too many', async () => {
  let pair = [under.runtime, await under.connect()]
  for (let round = 0; round < 50; round++) {
    for (const raw of pair) raw.next().catch(() => {})
    await under.api.idle()
    const fresh = [await under.connect(), await under.connect()]
    for (const raw of pair) raw.close()
    pair = fresh
  }
  expect(under.api.peakWaiting).toBe(2)
})

test('refuses an error report above a mebibyte', async () => {
  const sent = under.api.send('{}')
  const { id } = await under.runtime.take()
  expect((await under.runtime.post(`invocation/${id}/error`, Buffer.alloc(1024 * 1024 + 1, 'x'))).status).toBe(413)
  expect((await sent.outcome).kind).toBe('error')
})

test('gives no event to a connection that has ended while it waited', async () => {
  const waiting = under.runtime.next().catch(() => 'gone')
  await under.api.idle(1)
  under.runtime.close()
  expect(await waiting).toBe('gone')
  await expect.poll(() => under.api.waiting).toBe(0)
  void under.api.send('kept')
  expect((await (await under.connect()).next()).body.toString()).toBe('kept')
})
