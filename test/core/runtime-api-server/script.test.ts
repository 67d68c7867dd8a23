import { expect, test } from 'vitest'
import { apiForEachTest } from './api-under-test.ts'

const under = apiForEachTest()

test('scripted statuses come in their order and for as many calls as said, then the usual follows', async () => {
  under.api.script('next', { status: 500, times: 2 }, { status: 403, body: 'no', headers: { 'X-Why': 'because' } })
  void under.api.send('event')
  expect((await under.runtime.next()).status).toBe(500)
  expect((await under.runtime.next()).status).toBe(500)
  const refused = await under.runtime.next()
  expect([refused.status, refused.body.toString(), refused.header('X-Why')]).toEqual([403, 'no', 'because'])
  expect((await under.runtime.next()).body.toString()).toBe('event')
})

test('a scripted status on an answer ends the invocation and shows in the outcome', async () => {
  under.api.script('response', { status: 413 })
  const sent = under.api.send('{}')
  const { id } = await under.runtime.take()
  const refused = await under.runtime.post(`invocation/${id}/response`, 'mine')
  expect([refused.status, JSON.parse(refused.body.toString()).errorType]).toEqual([413, 'RequestEntityTooLarge'])
  const outcome = await sent.outcome
  expect(outcome).toMatchObject({ kind: 'response', status: 413, posts: 1 })
  expect(outcome.text()).toBe('mine')
})

test('a status can come before the whole answer was sent, and the connection goes on', async () => {
  under.api.script('response', { status: 410, after: 0 }, { status: 410, after: 3 })
  const body = Buffer.alloc(1_000_000, 'abc')
  for (const early of [0, 3]) {
    const sent = under.api.send('{}')
    const { id } = await under.runtime.take()
    under.runtime.start(`POST /2018-06-01/runtime/invocation/${id}/response`, { 'Content-Length': String(body.length) })
    if (early > 0) under.runtime.socket.write(body.subarray(0, early))
    expect((await under.runtime.response()).status).toBe(410)
    expect((await sent.outcome).text()).toBe('abc'.slice(0, early))
    under.runtime.socket.write(body.subarray(early))
  }
  void under.api.send('still there')
  expect((await under.runtime.next()).body.toString()).toBe('still there')
})

test('a connection cut before the answer was read leaves the event open', async () => {
  under.api.script('response', { connection: 'destroy', after: 0 })
  const sent = under.api.send('event', { id: 'one' })
  await under.runtime.next()
  await expect(under.runtime.post('invocation/one/response', 'lost')).rejects.toThrow('closed without a response')
  expect(under.api.open).toBe(1)
  await under.reconnect()
  expect((await under.runtime.next()).body.toString()).toBe('event')
  await under.runtime.post('invocation/one/response', 'arrived')
  expect(await sent.outcome).toMatchObject({ posts: 1, status: 202 })
})

test.each(['destroy', 'reset'] as const)(
  'a connection can be cut after the answer was taken (%s)',
  async (connection) => {
    under.api.script('response', { connection })
    const sent = under.api.send('{}', { id: 'one' })
    await under.runtime.next()
    await expect(under.runtime.post('invocation/one/response', 'taken')).rejects.toThrow('closed without a response')
    const outcome = await sent.outcome
    expect(outcome).toMatchObject({ kind: 'response', status: 0, posts: 1 })
    expect(outcome.text()).toBe('taken')
    expect(under.api.requests.at(-1)?.status).toBe(0)
  },
)

test('a kept-alive connection can be closed after its answer, with and without a word', async () => {
  under.api.script('ping', { status: 200, connection: 'close' }, { status: 200, connection: 'drop' })
  const told = await under.runtime.request('GET /2018-06-01/ping')
  expect(told.header('connection')).toBe('close')
  await under.runtime.closed()
  await under.reconnect()
  const silent = await under.runtime.request('GET /2018-06-01/ping')
  expect(silent.header('connection')).not.toBe('close')
  await under.runtime.closed()
})

test('bytes that are no HTTP can be sent', async () => {
  under.api.script('next', { raw: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Odd: raw\r\n\r\n' })
  expect((await under.runtime.next()).header('X-Odd')).toBe('raw')
  await under.runtime.closed()
})

test('a delay alone leaves the call as it is', async () => {
  under.api.script('response', { delay: 20 })
  under.api.script('next', { delay: 20 })
  const sent = under.api.send('{}')
  const { id } = await under.runtime.take()
  expect((await under.runtime.post(`invocation/${id}/response`, 'ok')).status).toBe(202)
  expect((await sent.outcome).text()).toBe('ok')
})

test('what was scripted can be forgotten', async () => {
  under.api.script('ping', { status: 500, times: Number.POSITIVE_INFINITY })
  expect((await under.runtime.request('GET /2018-06-01/ping')).status).toBe(500)
  expect((await under.runtime.request('GET /2018-06-01/ping')).status).toBe(500)
  under.api.clearScripts()
  expect((await under.runtime.request('GET /2018-06-01/ping')).status).toBe(200)
})

test.each(['destroy', 'reset'] as const)('all connections can be dropped, as by a freeze (%s)', async (how) => {
  const waiting = under.runtime.next()
  await under.api.idle()
  under.api.dropConnections(how)
  await expect(waiting).rejects.toThrow('closed without a response')
  await under.reconnect()
  void under.api.send('after the thaw')
  expect((await under.runtime.next()).body.toString()).toBe('after the thaw')
})
