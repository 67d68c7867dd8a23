import { expect, test } from 'vitest'
import { apiForEachTest } from './api-under-test.ts'

const under = apiForEachTest()

test('gives the event as its bytes are and every header that was asked for', async () => {
  const event = Buffer.from([0, 255, 10, 123])
  const sent = under.api.send(event, {
    id: 'one',
    deadline: 1234,
    functionArn: 'arn:aws:lambda:eu-west-1:1:function:f:live',
    traceId: 'Root=1-2-3;Sampled=1',
    clientContext: { custom: { a: 1 } },
    identity: { cognitoIdentityId: 'me' },
    tenantId: 'tenant',
    invocationId: 'attempt-1',
  })
  const next = await under.runtime.next()
  expect(next.status).toBe(200)
  expect(next.body).toEqual(event)
  expect(next.headers.filter(([name]) => /^(lambda|content-type)/i.test(name))).toEqual([
    ['Lambda-Runtime-Deadline-Ms', '1234'],
    ['Content-Type', 'application/json'],
    ['Lambda-Runtime-Aws-Request-Id', 'one'],
    ['Lambda-Runtime-Invoked-Function-Arn', 'arn:aws:lambda:eu-west-1:1:function:f:live'],
    ['Lambda-Runtime-Trace-Id', 'Root=1-2-3;Sampled=1'],
    ['Lambda-Runtime-Client-Context', '{"custom":{"a":1}}'],
    ['Lambda-Runtime-Cognito-Identity', '{"cognitoIdentityId":"me"}'],
    ['Lambda-Runtime-Aws-Tenant-Id', 'tenant'],
    ['Lambda-Runtime-Invocation-Id', 'attempt-1'],
  ])
  expect(await sent.delivered).toBe(1234)
})

test('sends headers in any case, empty, replaced, removed, and non-ASCII as UTF-8 bytes', async () => {
  void under.api.send('{}', {
    id: 'one',
    headerCase: 'upper',
    traceId: 'replaced',
    clientContext: '{"name":"Zoë"}',
    headers: { 'lambda-runtime-TRACE-id': '', 'Lambda-Runtime-Deadline-Ms': undefined, 'X-Other': 'y' },
  })
  const { headers } = await under.runtime.next()
  const names = headers.map(([name]) => name)
  expect(names).toContain('LAMBDA-RUNTIME-AWS-REQUEST-ID')
  expect(names.some((name) => /deadline/i.test(name))).toBe(false)
  expect(headers.filter(([name]) => /trace/i.test(name))).toEqual([['lambda-runtime-TRACE-id', '']])
  expect(headers).toContainEqual(['X-Other', 'y'])
  const context = headers.find(([name]) => name === 'LAMBDA-RUNTIME-CLIENT-CONTEXT')?.[1] ?? ''
  expect(Buffer.from(context, 'latin1').toString()).toBe('{"name":"Zoë"}')
})

test('sends objects as JSON and strings as their own text', async () => {
  void under.api.send({ a: [1] })
  void under.api.send('"text')
  const first = await under.runtime.take()
  expect(first.body.toString()).toBe('{"a":[1]}')
  await under.runtime.post(`invocation/${first.id}/response`, '')
  expect((await under.runtime.next()).body.toString()).toBe('"text')
})

test('gives events in the order in which they were sent, also many thousands of them', async () => {
  const count = 5000
  const outcomes = Array.from({ length: count }, (_, index) => under.api.invoke(String(index)))
  for (let index = 0; index < count; index++) {
    const event = await under.runtime.take()
    expect(event.body.toString()).toBe(String(index))
    await under.runtime.post(`invocation/${event.id}/response`, event.body)
  }
  expect((await Promise.all(outcomes)).map((outcome) => Number(outcome.text()))).toEqual(
    Array.from({ length: count }, (_, index) => index),
  )
})

test('waits until there is an event', async () => {
  const waiting = under.runtime.next()
  await under.api.idle()
  expect(under.api.waiting).toBe(1)
  void under.api.send('late')
  expect((await waiting).body.toString()).toBe('late')
  expect(under.api.waiting).toBe(0)
  expect(under.api.open).toBe(1)
})

test('gives the open event once more when the classic runtime asks again', async () => {
  void under.api.send('again', { id: 'one' })
  const first = await under.runtime.next()
  const second = await under.runtime.next()
  expect(second.body).toEqual(first.body)
  expect(second.headers).toEqual(first.headers)
})

test('gives the event to the next caller when the first one has gone', async () => {
  const waiting = under.runtime.next().catch(() => 'gone')
  await under.api.idle()
  under.runtime.close()
  expect(await waiting).toBe('gone')
  const other = await under.connect()
  const next = other.next()
  await under.api.idle()
  void under.api.send('kept')
  expect((await next).body.toString()).toBe('kept')
})

test('refuses headers that cannot be sent at once, before anyone waits for them', () => {
  expect(() => under.api.send('{}', { traceId: 'two\nlines' })).toThrow(/Invalid character in header content/)
  expect(() => under.api.send('{}', { headers: { 'no name': 'x' } })).toThrow(/Header name must be a valid HTTP token/)
})
