import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDev } from '../support/dev.ts'
import type { TestDev } from '../support/dev.ts'
import { keptFolder } from '../support/kept-folder.ts'

const files = {
  'echo.sql': '-- answer: body application/json\nSELECT event();\n',
  'app.py': [
    'import json, os',
    'count = 0',
    'def handler(event, context):',
    '    print("a line")',
    '    return {"arn": context.invoked_function_arn, "client": context.client_context and context.client_context.custom, "tenant": context.tenant_id, "name": os.environ.get("AWS_LAMBDA_FUNCTION_NAME")}',
    'def fails(event, context):',
    '    raise ValueError("no " + event["what"])',
    'def third(event, context):',
    '    global count',
    '    count += 1',
    '    if count < event["good"]: raise ValueError(f"try {count}")',
    '    return count',
    'def large(event, context):',
    '    return "x" * (7 * 1024 * 1024)',
    '',
  ].join('\n'),
  'reports/monthly.sh': 'echo monthly\n',
}

describe('the Invoke API', () => {
  const root = keptFolder(files)
  let dev: TestDev

  beforeAll(async () => {
    dev = await openDev(root, {
      variables: (name) => ({
        PATH: process.env['PATH'] ?? '',
        AWS_REGION: 'eu-central-1',
        AWS_LAMBDA_FUNCTION_NAME: name,
      }),
    })
  })
  afterAll(() => dev.close())

  it('takes a client context of several lines, refuses a qualifier that is none, and goes on', async () => {
    const context = Buffer.from('{"custom":\n{"a":"é"}}\n').toString('base64')
    const answer = await dev.invoke('app.handler', '{}', { 'x-amz-client-context': context })
    expect(await answer.json()).toMatchObject({ client: { a: 'é' } })
    const invocations = `${dev.url}/2015-03-31/functions/echo/invocations`
    expect((await fetch(`${invocations}?Qualifier=a%0Ab`, { method: 'POST', body: '{}' })).status).toBe(400)
    expect((await fetch(invocations.replace('echo', '%'), { method: 'POST', body: '{}' })).status).toBe(404)
    expect(await (await dev.invoke('echo', '1')).text()).toBe('1')
  })

  it('hands the event over byte by byte, and the answer back', async () => {
    const answer = await dev.invoke('echo', '{ "a" : 1 }')
    expect(await answer.text()).toBe('{ "a" : 1 }')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-amz-executed-version')).toBe('$LATEST')
    expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[\da-f-]{36}$/)
    expect(answer.headers.get('x-amz-function-error')).toBeNull()
    expect(await (await dev.invoke('echo', '')).text()).toBe('{}')
  })

  it('says what failed in the function, with status 200 and a header', async () => {
    const answer = await dev.invoke('app.fails', { what: 'way' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-amz-function-error')).toBe('Unhandled')
    expect(await answer.json()).toMatchObject({ errorType: 'ValueError', errorMessage: 'no way' })
    expect(await dev.last()).toMatchObject({
      ok: false,
      errorType: 'ValueError',
      function: 'app.fails',
      title: 'invoke',
    })
  })

  it('gives the end of the log to who asks for it', async () => {
    const answer = await dev.invoke('app', {}, { 'x-amz-log-type': 'Tail' })
    const log = Buffer.from(answer.headers.get('x-amz-log-result') ?? '', 'base64').toString()
    const id = answer.headers.get('x-amzn-requestid')
    expect(log).toMatch(
      new RegExp(
        `^START RequestId: ${id} Version: \\$LATEST\na line\nEND RequestId: ${id}\nREPORT RequestId: ${id}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB`,
      ),
    )
    expect((await dev.invoke('app')).headers.get('x-amz-log-result')).toBeNull()
  })

  it('hands on client context, tenant and qualifier', async () => {
    const context = Buffer.from('{"custom":{"a":"b"}}').toString('base64')
    const answer = await dev.invoke('app:live', {}, { 'x-amz-client-context': context, 'x-amz-tenant-id': 'blue' })
    expect(await answer.json()).toEqual({
      arn: 'arn:aws:lambda:eu-central-1:012345678912:function:app:live',
      client: { a: 'b' },
      tenant: 'blue',
      name: 'app',
    })
    const wrong = await dev.invoke('app', {}, { 'x-amz-client-context': 'bm90IGpzb24=' })
    expect([wrong.status, wrong.headers.get('x-amzn-errortype')]).toEqual([400, 'InvalidRequestContentException'])
  })

  it.each([
    'reports/monthly',
    'arn:aws:lambda:eu-central-1:012345678912:function:reports/monthly',
    '012345678912:function:reports/monthly:3',
  ])('finds the function that is called %s', async (name) => {
    expect(await (await dev.invoke(name)).text()).toBe('monthly\n')
  })

  it('answers an unknown function by the names that there are', async () => {
    const answer = await dev.invoke('apq')
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([404, 'ResourceNotFoundException'])
    expect(((await answer.json()) as { Message: string }).Message).toBe(
      'Function not found: arn:aws:lambda:eu-central-1:012345678912:function:apq (there are app, echo)',
    )
  })

  it('queues an event that nobody waits for, and tries it three times', async () => {
    const answer = await dev.invoke('app.third', { good: 3 }, { 'x-amz-invocation-type': 'Event' })
    expect([answer.status, await answer.text()]).toEqual([202, ''])
    const last = await dev.last()
    expect(last).toMatchObject({ type: 'Event', ok: true, attempts: 3, outcome: { body: { text: '3' } } })
    expect(last.tries.map(({ message }) => message)).toEqual(['try 1', 'try 2', undefined])
    await dev.invoke('app.fails', { what: 'luck' }, { 'x-amz-invocation-type': 'Event' })
    expect(await dev.last()).toMatchObject({ ok: false, attempts: 3, errorType: 'ValueError' })
  })

  it('runs nothing in a dry run', async () => {
    const before = dev.store.list(1)[0]?.id
    const answer = await dev.invoke('app', {}, { 'x-amz-invocation-type': 'DryRun' })
    expect(answer.status).toBe(204)
    expect(dev.store.list(1)[0]?.id).toBe(before)
  })

  it.each([
    ['an event that is no JSON', '{', {}, 400, 'InvalidRequestContentException'],
    ['more than 6 MB', `"${'x'.repeat(6 * 1024 * 1024)}"`, {}, 413, 'RequestTooLargeException'],
    [
      'more than 1 MB that nobody waits for',
      `"${'x'.repeat(1024 * 1024)}"`,
      { 'x-amz-invocation-type': 'Event' },
      413,
      'RequestTooLargeException',
    ],
    ['an unknown type', '{}', { 'x-amz-invocation-type': 'Sometimes' }, 400, 'InvalidParameterValueException'],
    ['an unknown log type', '{}', { 'x-amz-log-type': 'Head' }, 400, 'InvalidParameterValueException'],
    ['a request of another web site', '{}', { origin: 'https://evil.example' }, 403, 'AccessDeniedException'],
  ])('refuses %s', async (_what, event, headers, status, type) => {
    const answer = await dev.invoke('echo', event, headers)
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([status, type])
  })

  it('takes 6 MB less a little, and 1 MB that nobody waits for', async () => {
    const event = JSON.stringify('x'.repeat(6 * 1024 * 1024 - 2))
    expect((await (await dev.invoke('echo', event)).text()).length).toBe(6 * 1024 * 1024)
    const quiet = await dev.invoke('echo', JSON.stringify('x'.repeat(1024 * 1024 - 2)), {
      'x-amz-invocation-type': 'Event',
    })
    expect(quiet.status).toBe(202)
  })

  it('turns an answer of more than 6 MB into a failure', async () => {
    const answer = await dev.invoke('app.large')
    expect(answer.headers.get('x-amz-function-error')).toBe('Unhandled')
    expect(await answer.json()).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' })
  })

  it('takes the old way of asynchronous invocations', async () => {
    const answer = await fetch(`${dev.url}/2014-11-13/functions/echo/invoke-async/`, { method: 'POST', body: '{}' })
    expect(answer.status).toBe(202)
  })
})
