import { expect, test } from 'vitest'
import { apiForEachTest } from './api-under-test.ts'

const under = apiForEachTest()

test('/init/error fails what waits, and is refused a second time and after the first /next', async () => {
  const waiting = under.api.invoke('{}')
  const headers = { 'Lambda-Runtime-Function-Error-Type': 'Runtime.HandlerNotFound' }
  expect((await under.runtime.post('init/error', '{"errorMessage":"no handler"}', headers)).status).toBe(202)
  expect(await waiting).toMatchObject({ kind: 'initError', errorType: 'Runtime.HandlerNotFound' })
  expect((await under.api.waitForInitError()).body.toString()).toBe('{"errorMessage":"no handler"}')
  expect(under.api.initError?.errorType).toBe('Runtime.HandlerNotFound')
  expect((await under.runtime.post('init/error', '{}')).status).toBe(403)

  await under.restart({})
  void under.api.send('{}')
  await under.runtime.next()
  const late = await under.runtime.post('init/error', '{}')
  expect([late.status, JSON.parse(late.body.toString()).errorType]).toEqual([403, 'InvalidStateTransition'])
  expect(under.api.initError).toBeUndefined()
})

test('/restore/next waits for the restore, and /restore/error is kept', async () => {
  await under.restart({ snapStart: true })
  const restored = under.runtime.request('GET /2018-06-01/runtime/restore/next')
  await under.api.waitForSnapshot()
  under.api.restore()
  expect((await restored).status).toBe(200)
  const reported = under.api.waitForRestoreError()
  await under.runtime.post('restore/error', '{}', { 'Lambda-Runtime-Function-Error-Type': 'Runtime.AfterRestoreError' })
  expect((await reported).errorType).toBe('Runtime.AfterRestoreError')
})

test('/restore is 404 without SnapStart, and so is what the API does not have', async () => {
  expect((await under.runtime.request('GET /2018-06-01/runtime/restore/next')).status).toBe(404)
  expect((await under.runtime.request('GET /2018-06-01/runtime/invocation/x/response')).status).toBe(404)
  const unknown = await under.runtime.request('GET /nothing')
  expect([unknown.status, unknown.body.toString()]).toEqual([404, '404 page not found\n'])
})

test('/ping answers pong', async () => {
  expect((await under.runtime.request('GET /2018-06-01/ping')).body.toString()).toBe('pong')
})

test('an extension that has registered holds events back until its /event/next waits', async () => {
  const register = (events: string) =>
    under.runtime.request(
      'POST /2020-01-01/extension/register',
      { 'Lambda-Extension-Name': 'inner', 'Content-Length': String(events.length) },
      events,
    )
  const shutdown = await register('{"events":["SHUTDOWN"]}')
  expect([shutdown.status, shutdown.body.toString()]).toEqual([
    403,
    expect.stringContaining('ShutdownEventNotSupportedForInternalExtension'),
  ])
  const registered = await register('{"events":[]}')
  const id = registered.header('Lambda-Extension-Identifier') ?? ''
  expect(registered.status).toBe(200)
  expect(under.api.extensions).toMatchObject([{ id, name: 'inner', events: [], ready: false }])

  const next = under.runtime.next()
  await under.api.idle()
  void under.api.send('held back')
  const extension = await under.connect()
  expect(under.api.open).toBe(0)
  extension.start('GET /2020-01-01/extension/event/next', { 'Lambda-Extension-Identifier': id })
  expect((await next).body.toString()).toBe('held back')
  const tooLate = await register('{"events":[]}')
  expect(JSON.parse(tooLate.body.toString()).errorType).toBe('Extension.RegistrationClosed')
})

test('a runtime process that is gone ends its events, and a new one starts from init', async () => {
  const sent = under.api.send('{}', { id: 'one' })
  await under.runtime.next()
  under.api.runtimeExited('exit status 1')
  const outcome = await sent.outcome
  expect(outcome.kind).toBe('exit')
  expect(outcome.json()).toEqual({
    errorType: 'Runtime.ExitError',
    errorMessage: 'RequestId: one Error: Runtime exited with error: exit status 1',
  })
  expect((await under.runtime.post('init/error', '{}')).status).toBe(202)
})

test('the log holds the last requests with what was answered', async () => {
  await under.restart({ logSize: 3 })
  for (let index = 0; index < 20; index++) await under.runtime.request(`GET /${index}`, { 'X-Case': 'kept' })
  const last = under.api.requests.at(-1)
  expect(last).toMatchObject({ method: 'GET', path: '/19', endpoint: undefined, status: 404 })
  expect(last?.headers['x-case']).toBe('kept')
  expect(last?.rawHeaders).toContain('X-Case')
  expect(under.api.requests.length).toBeLessThanOrEqual(6)
})

test('closing rejects what is still awaited and can be done twice', async () => {
  const waiting = under.api.invoke('{}')
  await under.api.close()
  await expect(waiting).rejects.toThrow('closed before the event was answered')
  await under.api.close()
  expect(() => under.api.send('{}')).toThrow('the runtime API server is closed')
})

test('an id that is under way cannot be used again', async () => {
  void under.api.send('{}', { id: 'one' })
  await under.runtime.next()
  expect(() => under.api.send('{}', { id: 'one' })).toThrow("an event with the id 'one' is already running")
})
