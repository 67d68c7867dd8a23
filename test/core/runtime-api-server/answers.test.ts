import { describe, expect, test } from 'vitest'
import { maxPayload } from '@anyhandler/core/testing'
import { apiForEachTest } from './api-under-test.ts'

const under = apiForEachTest()

describe('answers', () => {
  test('come back with body, content type and headers, and are taken with 202', async () => {
    const sent = under.api.send('{}')
    const { id } = await under.runtime.take()
    const taken = await under.runtime.post(`invocation/${id}/response`, 'héllo', {
      'Content-Type': 'text/plain',
      'X-Mine': 'Yes',
    })
    expect([taken.status, taken.body.toString(), taken.header('content-type')]).toEqual([
      202,
      '{"status":"OK"}\n',
      'application/json',
    ])
    const outcome = await sent.outcome
    expect(outcome).toMatchObject({
      id,
      kind: 'response',
      contentType: 'text/plain',
      streamed: false,
      aborted: false,
      posts: 1,
      status: 202,
      failed: false,
    })
    expect(outcome.text()).toBe('héllo')
    expect(outcome.headers['x-mine']).toBe('Yes')
    expect(outcome.rawHeaders).toContain('X-Mine')
    expect(outcome.deadline).toBe(await sent.delivered)
  })

  test('to /error carry their type and X-Ray cause, also a long one', async () => {
    const sent = under.api.send('{}')
    const { id } = await under.runtime.take()
    const cause = JSON.stringify({ paths: ['x'.repeat(60_000)] })
    const headers = {
      'Lambda-Runtime-Function-Error-Type': 'Function.Oops',
      'Lambda-Runtime-Function-XRay-Error-Cause': cause,
    }
    expect((await under.runtime.post(`invocation/${id}/error`, '{"errorMessage":"oops"}', headers)).status).toBe(202)
    const outcome = await sent.outcome
    expect(outcome).toMatchObject({ kind: 'error', errorType: 'Function.Oops', xrayCause: cause, failed: true })
    expect(outcome.json()).toEqual({ errorMessage: 'oops' })
  })

  test('lose the cause that is meant for the platform alone', async () => {
    const sent = under.api.send('{}')
    const { id } = await under.runtime.take()
    const body = '{"errorMessage":"m","errorType":"T","stackTrace":[],"errorCause":{"secret":1}}'
    await under.runtime.post(`invocation/${id}/error`, body, {
      'Content-Type': 'application/vnd.aws.lambda.error.cause+json',
    })
    expect((await sent.outcome).json()).toEqual({ errorMessage: 'm', errorType: 'T', stackTrace: [] })
  })

  test('find their event by the percent-decoded id', async () => {
    const sent = under.api.send('{}', { id: 'a/b c%' })
    await under.runtime.next()
    expect((await under.runtime.post('invocation/a%2Fb%20c%25/response', 'ok')).status).toBe(202)
    expect((await sent.outcome).text()).toBe('ok')
  })

  test('after the first are refused and counted', async () => {
    const sent = under.api.send('{}')
    const { id } = await under.runtime.take()
    await under.runtime.post(`invocation/${id}/response`, 'first')
    const outcome = await sent.outcome
    const second = await under.runtime.post(`invocation/${id}/error`, 'second')
    expect(second.status).toBe(400)
    expect(JSON.parse(second.body.toString())).toEqual({
      errorMessage: 'Invalid request ID',
      errorType: 'InvalidRequestID',
    })
    expect(outcome.posts).toBe(2)
    expect(under.api.strayAnswers).toBe(1)
  })

  test('for an unknown or malformed id are refused', async () => {
    expect((await under.runtime.post('invocation/nobody/response', 'x')).status).toBe(400)
    expect((await under.runtime.post('invocation/%E0%A4%A/response', 'x')).status).toBe(400)
    expect(under.api.strayAnswers).toBe(2)
  })

  test('of the largest size are taken, and one byte more is 413 and an error for the invoker', async () => {
    const largest = Buffer.alloc(maxPayload, 'x')
    const fits = under.api.invoke('{}')
    expect((await under.runtime.post(`invocation/${(await under.runtime.take()).id}/response`, largest)).status).toBe(
      202,
    )
    expect((await fits).body.equals(largest)).toBe(true)

    const tooLong = under.api.invoke('{}')
    const refused = await under.runtime.post(
      `invocation/${(await under.runtime.take()).id}/response`,
      Buffer.alloc(maxPayload + 1),
    )
    expect(refused.status).toBe(413)
    expect(JSON.parse(refused.body.toString()).errorType).toBe('RequestEntityTooLarge')
    const outcome = await tooLong
    expect(outcome).toMatchObject({ kind: 'error', errorType: 'Function.ResponseSizeTooLarge', status: 413 })
    expect(outcome.text()).toContain(`(${maxPayload + 1} bytes)`)
  })

  test('in another mode than streaming are refused, and the invoker gets an error', async () => {
    const sent = under.api.send('{}')
    const { id } = await under.runtime.take()
    const refused = await under.runtime.post(`invocation/${id}/response`, 'x', {
      'Lambda-Runtime-Function-Response-Mode': 'buffered',
    })
    expect([refused.status, JSON.parse(refused.body.toString()).errorType]).toEqual([
      400,
      'InvalidFunctionResponseMode',
    ])
    expect((await sent.outcome).errorType).toBe('Runtime.InvalidResponseModeHeader')
    void under.api.send('next')
    expect((await under.runtime.next()).body.toString()).toBe('next')
  })

  test('without the invocation id of this attempt are refused with 410, and the event stays open', async () => {
    const sent = under.api.send('{}', { invocationId: 'attempt-2' })
    const { id } = await under.runtime.take()
    expect((await under.runtime.post(`invocation/${id}/response`, 'x')).status).toBe(410)
    expect(
      (await under.runtime.post(`invocation/${id}/response`, 'x', { 'Lambda-Runtime-Invocation-Id': 'attempt-1' }))
        .status,
    ).toBe(410)
    expect(
      (await under.runtime.post(`invocation/${id}/response`, 'right', { 'Lambda-Runtime-Invocation-Id': 'attempt-2' }))
        .status,
    ).toBe(202)
    expect((await sent.outcome).text()).toBe('right')
  })
})

describe('a deadline', () => {
  test('means nothing to a server that accepts late answers', async () => {
    const sent = under.api.send('{}', { deadline: 1 })
    const { id } = await under.runtime.take()
    expect((await under.runtime.post(`invocation/${id}/response`, 'late')).status).toBe(202)
    expect((await sent.outcome).kind).toBe('response')
  })

  test('ends the invocation where late answers are refused with 410', async () => {
    const sent = under.api.send('{}', { timeout: 20, late: 'refuse' })
    const { id } = await under.runtime.take()
    const outcome = await sent.outcome
    expect(outcome.kind).toBe('timeout')
    expect(outcome.json()).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^Task timed out after 0\.0\d seconds$/),
    })
    const late = await under.runtime.post(`invocation/${id}/response`, 'late')
    expect([late.status, JSON.parse(late.body.toString()).errorType]).toEqual([410, 'InvokeTimeout'])
    expect(under.api.strayAnswers).toBe(0)
  })

  test('runs from the delivery of an event, not from its sending', async () => {
    const sent = under.api.send('{}', { timeout: 5000 })
    await new Promise((resolve) => setTimeout(resolve, 30))
    const asked = Date.now()
    await under.runtime.next()
    expect(await sent.delivered).toBeGreaterThanOrEqual(asked + 5000)
  })

  test('that passes while the answer comes in refuses that answer', async () => {
    const sent = under.api.send('{}', { timeout: 50, late: 'refuse' })
    const { id } = await under.runtime.take()
    under.runtime.start(`POST /2018-06-01/runtime/invocation/${id}/response`, { 'Content-Length': '4' })
    under.runtime.socket.write('ha')
    expect((await sent.outcome).kind).toBe('timeout')
    under.runtime.socket.write('lf')
    expect((await under.runtime.response()).status).toBe(410)
  })
})
