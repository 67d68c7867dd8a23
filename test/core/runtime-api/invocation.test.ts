import { randomBytes } from 'node:crypto'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { answer } from '@anyhandler/core'
import type { Invocation } from '@anyhandler/core'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import { version } from '@anyhandler/core/host'
import { perlFolder } from './perl.ts'
import { processesOf, startRuntime } from '../../support/runtime-process.ts'
import { serve, until, wires } from '../../support/served.ts'
import type { ServeOptions } from '../../support/served.ts'

/** A host whose handler answers with what it saw of the invocation. */
async function serveAll(options?: ServeOptions) {
  const seen: Invocation[] = []
  const served = await serve((invocation) => {
    seen.push(invocation)
    return 'ok'
  }, options)
  return { ...served, seen }
}

describe.each(wires)('an invocation (%s)', (wire) => {
  it('leaves the machine before the plugin has settled, and the next one is asked for afterwards', async () => {
    const order: string[] = []
    const gate = Promise.withResolvers<void>()
    const settled = gate.promise.then(() => void order.push('settled'))
    const { api } = await serve(
      ({ event }) => {
        order.push(Buffer.from(event).toString())
        return answer({ body: 'ok', atRest: settled })
      },
      { wire },
    )
    const first = api.invoke('1').then(() => void order.push('answered'))
    const second = api.invoke('2')
    await first
    gate.resolve()
    await second
    expect(order).toEqual(['1', 'answered', 'settled', '2'])
  })

  it.each([
    ['never settles', () => new Promise<void>(() => {})],
    ['fails to', () => Promise.reject(new Error('not settled'))],
    // From a plugin without types.
    ['says what is no promise', () => 'settled' as unknown as Promise<void>],
  ])('is followed by the next one when the plugin %s', async (_how, settled) => {
    const { api } = await serve(() => answer({ body: 'ok', atRest: settled() }), { wire })
    expect((await api.invoke('1')).text()).toBe('ok')
    expect((await api.invoke('2')).text()).toBe('ok')
  })

  it.each(['canonical', 'lower', 'upper'] as const)(
    '12: all headers of /next are read, written in %s case',
    async (headerCase) => {
      const { api, seen } = await serveAll({ wire })
      const deadline = Date.now() + 20_000
      await api.invoke('{}', {
        headerCase,
        id: 'c0ffee',
        deadline,
        functionArn: 'arn:aws:lambda:eu-west-1:1:function:f:live',
        traceId: 'Root=1-5;Parent=6;Sampled=1',
        clientContext: { custom: { a: 'ü' } },
        identity: { cognitoIdentityId: 'id', cognitoIdentityPoolId: 'pool' },
        tenantId: 'tenant-1',
        invocationId: 'attempt-1',
      })
      expect(seen[0]).toMatchObject({
        id: 'c0ffee',
        deadline,
        functionArn: 'arn:aws:lambda:eu-west-1:1:function:f:live',
        traceId: 'Root=1-5;Parent=6;Sampled=1',
        clientContext: '{"custom":{"a":"ü"}}',
        identity: { cognitoIdentityId: 'id', cognitoIdentityPoolId: 'pool' },
        tenantId: 'tenant-1',
      })
    },
  )

  it('12: an empty header counts as absent', async () => {
    const { api, seen } = await serveAll({ wire })
    const empty = [
      'Trace-Id',
      'Client-Context',
      'Cognito-Identity',
      'Aws-Tenant-Id',
      'Invocation-Id',
      'Invoked-Function-Arn',
      'Deadline-Ms',
    ]
    const outcome = await api.invoke('{}', {
      headers: Object.fromEntries(empty.map((name) => [`Lambda-Runtime-${name}`, ''])),
    })
    expect(Object.keys(seen[0] ?? {}).toSorted()).toEqual([
      'deadline',
      'event',
      'functionArn',
      'handler',
      'id',
      'remaining',
    ])
    expect(outcome.headers).not.toHaveProperty('lambda-runtime-invocation-id')
  })

  it('13: optional headers may be missing', async () => {
    const { api, seen } = await serveAll({ wire })
    const outcome = await api.invoke('{}', {
      headers: { 'Lambda-Runtime-Deadline-Ms': undefined, 'Lambda-Runtime-Invoked-Function-Arn': undefined },
    })
    expect(outcome.text()).toBe('ok')
    expect(seen[0]).toMatchObject({ functionArn: '', deadline: Number.MAX_SAFE_INTEGER })
    expect(seen[0]).not.toHaveProperty('traceId')
  })

  it('15: the invocation id is sent back with /response and /error, and left out when there is none', async () => {
    const { api } = await serve(
      ({ event }) => {
        if (Buffer.from(event).toString() === '"fail"') throw new Error('failed')
        return 'ok'
      },
      { wire },
    )
    const good = await api.invoke('{}', { invocationId: 'attempt/1 +=' })
    const bad = await api.invoke('"fail"', { invocationId: 'attempt-2' })
    const none = await api.invoke('{}')
    expect([good.status, good.kind, bad.status, bad.kind]).toEqual([202, 'response', 202, 'error'])
    expect(bad.headers['lambda-runtime-invocation-id']).toBe('attempt-2')
    expect(none.headers).not.toHaveProperty('lambda-runtime-invocation-id')
  })

  it.each([
    ['UTF-8', Buffer.from('{"name":"Zoë 🦊\\u0000"}')],
    ['6 MB', randomBytes(6 * 1024 * 1024)],
    ['nothing', Buffer.alloc(0)],
    ['no JSON', Buffer.from([0, 255, 10, 13, 128])],
  ])('16: an event of %s reaches the handler byte by byte', async (_what, event) => {
    const { api, seen } = await serveAll({ wire })
    await api.invoke(event)
    expect(Buffer.from(seen[0]?.event ?? []).equals(event)).toBe(true)
  })

  it.each([
    ['text', 'Zoë 🦊\n', Buffer.from('Zoë 🦊\n')],
    ['bytes', Buffer.from([0, 255, 10, 13, 128]), Buffer.from([0, 255, 10, 13, 128])],
    ['nothing', '', Buffer.alloc(0)],
    ['a view into other memory', Buffer.from('xZoëx').subarray(1, 5), Buffer.from('Zoë')],
    [
      'data',
      { name: 'Zoë', big: 2n ** 64n, none: undefined },
      Buffer.from('{"name":"Zoë","big":18446744073709551616}'),
    ],
  ])('17: a result of %s is posted byte by byte', async (_what, result, expected) => {
    const { api } = await serve(() => result, { wire })
    const outcome = await api.invoke('{}')
    expect(outcome.body.equals(expected)).toBe(true)
    expect(outcome.kind).toBe('response')
  })

  it.each(['a b/c?d#e%f', 'é🦊', '../../init/error'])(
    '18: the request id %s is percent-encoded in the path',
    async (id) => {
      const { api, seen } = await serveAll({ wire })
      const outcome = await api.invoke('{}', { id })
      expect(outcome.status).toBe(202)
      expect(api.requests.find((request) => request.endpoint === 'response')?.path).toBe(
        `/2018-06-01/runtime/invocation/${encodeURIComponent(id)}/response`,
      )
      expect(seen[0]?.id).toBe(id)
    },
  )

  it('19: /next waits for hours: no timer of ours or of the client ends it', async () => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'setInterval', 'setImmediate', 'Date', 'performance'],
      shouldAdvanceTime: true,
    })
    onTestFinished(() => void vi.useRealTimers())
    const { api } = await serve(() => 'late', { wire })
    await vi.waitUntil(() => api.waiting === 1, { timeout: 15_000 })
    await vi.advanceTimersByTimeAsync(12 * 60 * 60 * 1000)
    expect(api.requests).toHaveLength(1)
    expect((await api.invoke('{}')).text()).toBe('late')
    expect(api.requests.filter((request) => request.endpoint === 'next').length).toBeLessThanOrEqual(2)
  })

  it.each(['destroy', 'reset'] as const)(
    '20: a /next whose connection is gone after a freeze (%s) is asked again, and the event is answered once',
    async (how) => {
      const { api, end } = await serve(() => 'ok', { wire })
      await until(() => api.waiting === 1)
      api.dropConnections(how)
      await until(() => api.waiting === 1)
      expect((await api.invoke('{}')).text()).toBe('ok')
      await until(() => api.waiting === 1)
      api.dropConnections(how)
      const outcome = await api.invoke('{}')
      expect([outcome.text(), outcome.posts, api.strayAnswers]).toEqual(['ok', 1, 0])
      expect(await Promise.race([end, 'serving'])).toBe('serving')
    },
  )

  it('20: an answer that was taken but not confirmed is not posted a second time', async () => {
    const { api, records } = await serve(() => 'ok', { wire })
    api.script('response', { connection: 'destroy' })
    const lost = await api.invoke('first')
    expect((await api.invoke('second')).text()).toBe('ok')
    expect([lost.posts, api.strayAnswers]).toEqual([1, 0])
    expect(records.join('')).toContain('/response: ')
  })

  it('20: an answer that did not arrive is posted again when the platform gives the event out again; the handler runs once', async () => {
    let runs = 0
    const { api } = await serve(() => `run ${(runs += 1)} ${'x'.repeat(1_000_000)}`, { wire })
    api.script('response', { connection: 'destroy', after: 10, times: 2 })
    const outcome = await api.invoke('{}')
    expect(outcome.text()).toMatch(/^run 1 x/)
    expect((await api.invoke('{}')).text()).toMatch(/^run 2 x/)
    expect([runs, outcome.posts, api.strayAnswers]).toEqual([2, 1, 0])
  })

  it('20: a new attempt of the platform with the same request id runs the handler again', async () => {
    let runs = 0
    const { api } = await serve(() => `run ${(runs += 1)}`, { wire })
    api.script('response', { connection: 'destroy' })
    await api.invoke('{}', { id: 'same', deadline: Date.now() + 9_000 })
    expect((await api.invoke('{}', { id: 'same', deadline: Date.now() + 10_000 })).text()).toBe('run 2')
  })

  it('20: an answer that is lost again and again ends the process rather than loop for ever', async () => {
    const { api, end } = await serve(() => 'x'.repeat(1_000_000), { wire })
    api.script('response', { connection: 'destroy', after: 10, times: Number.POSITIVE_INFINITY })
    void api.send('{}')
    expect(await end).toMatchObject({ reason: 'failed', exitCode: 1 })
  })

  it('26: the user agent names the runtime and its version', async () => {
    const { api } = await serve(() => 'ok', { wire })
    await api.invoke('{}')
    for (const request of api.requests)
      expect(request.headers['user-agent']).toBe(`anyhandler/${version} node/${process.versions.node}`)
  })
})

describe('the context of an event', () => {
  it.each([
    ['Client-Context', '{"custom":'],
    ['Client-Context', '"text"'],
    ['Client-Context', '[1]'],
    ['Cognito-Identity', 'not json'],
  ])('14: a malformed %s %s fails that event alone', async (name, value) => {
    const { api, seen } = await serveAll()
    const outcome = await api.invoke('{}', { headers: { [`Lambda-Runtime-${name}`]: value } })
    expect(outcome).toMatchObject({ kind: 'error', errorType: 'Runtime.LambdaContextUnmarshalError', status: 202 })
    expect(outcome.json()).toMatchObject({
      errorType: 'Runtime.LambdaContextUnmarshalError',
      errorMessage: expect.stringContaining(name),
    })
    expect((await api.invoke('{}')).text()).toBe('ok')
    expect(seen).toHaveLength(1)
  })

  it('21: the remaining time is the deadline less now, and never below 0', async () => {
    const remaining: number[] = []
    const { api } = await serve(({ remaining: left }) => {
      remaining.push(left())
      return 'ok'
    })
    await api.invoke('{}', { timeout: 20_000 })
    await api.invoke('{}', { deadline: Date.now() - 5000 })
    expect(remaining[0]).toBeGreaterThan(5000)
    expect(remaining[0]).toBeLessThanOrEqual(20_000)
    expect(remaining[1]).toBe(0)
  })

  it('23: the Cognito identity and the client context are there', async () => {
    const { api, seen } = await serveAll()
    await api.invoke('{}', {
      clientContext: { client: { installation_id: 'i' }, custom: {}, env: {} },
      identity: { cognitoIdentityId: 'c', cognitoIdentityPoolId: 'p' },
    })
    expect(JSON.parse(seen[0]?.clientContext ?? '')).toEqual({ client: { installation_id: 'i' }, custom: {}, env: {} })
    expect(seen[0]?.identity).toEqual({ cognitoIdentityId: 'c', cognitoIdentityPoolId: 'p' })
  })

  it('23: a client context of null is none', async () => {
    const { api, seen } = await serveAll()
    await api.invoke('{}', { clientContext: 'null', identity: 'null' })
    expect(seen[0]).not.toHaveProperty('clientContext')
    expect(seen[0]).not.toHaveProperty('identity')
  })

  it('24: the tenant id is there', async () => {
    const { api, seen } = await serveAll()
    await api.invoke('{}', { tenantId: 'blue' })
    expect(seen[0]?.tenantId).toBe('blue')
  })

  it('25: the W3C trace context is taken out of the client context and given apart', async () => {
    const { api, seen } = await serveAll()
    const w3c = {
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      tracestate: 'a=b',
      baggage: 'c=d',
    }
    await api.invoke('{}', { clientContext: { custom: { x: 1 }, w3c } })
    await api.invoke('{}', { clientContext: { w3c: { traceparent: w3c.traceparent, other: 1 } } })
    expect(seen[0]).toMatchObject({ clientContext: '{"custom":{"x":1}}', traceContext: w3c })
    expect(seen[1]?.traceContext).toEqual({ traceparent: w3c.traceparent })
    expect(seen[1]).not.toHaveProperty('clientContext')
  })
})

describe('in a child language', () => {
  async function runPerl(handlers: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
    const api = await RuntimeApiServer.start()
    onTestFinished(() => api.close())
    const runtime = startRuntime({ address: api.address, root: perlFolder(handlers), handler: 'hello', env })
    return { api, runtime }
  }

  it('22: _X_AMZN_TRACE_ID is that of the event, and unset for an event without one', async () => {
    const { api } = await runPerl({ hello: 'return $ENV{_X_AMZN_TRACE_ID} // "unset"' }, { _X_AMZN_TRACE_ID: 'stale' })
    const answers: string[] = []
    for (const traceId of [undefined, 'Root=1-1', 'Root=1-2', undefined]) {
      answers.push((await api.invoke('{}', traceId === undefined ? {} : { traceId })).text())
    }
    expect(answers).toEqual(['unset', 'Root=1-1', 'Root=1-2', 'unset'])
  })

  it('21, 23, 24, 25: deadline, client context, identity, tenant and trace context reach the handler', async () => {
    const { api } = await runPerl({ hello: 'return $context' })
    const deadline = Date.now() + 20_000
    const outcome = await api.invoke('{}', {
      id: 'one',
      deadline,
      tenantId: 't',
      traceId: 'Root=1',
      identity: { cognitoIdentityId: 'c' },
      clientContext: { custom: { ü: 1 }, w3c: { traceparent: '00-1', tracestate: 'a', baggage: 'b' } },
    })
    expect(outcome.json()).toMatchObject({
      requestId: 'one',
      deadlineMs: String(deadline),
      tenantId: 't',
      traceId: 'Root=1',
      identity: '{"cognitoIdentityId":"c"}',
      traceparent: '00-1',
      tracestate: 'a',
      baggage: 'b',
    })
  })

  it('27: 1,000 sequential events leave descriptors, memory and processes as they were', async () => {
    const { api, runtime } = await runPerl({ hello: 'return $event' })
    const batch = async (count: number) => {
      for (let index = 0; index < count; index++)
        expect((await api.invoke(`{"n":${index}}`)).text()).toBe(`{"n":${index}}`)
      await api.idle()
      return { descriptors: runtime.descriptors, memory: runtime.memory, processes: processesOf(runtime.pid).length }
    }
    const before = await batch(300)
    const after = await batch(1000)
    expect(after.descriptors).toBe(before.descriptors)
    expect(after.processes).toBe(before.processes)
    expect(after.memory).toBeLessThan(before.memory + 16)
  })
})
