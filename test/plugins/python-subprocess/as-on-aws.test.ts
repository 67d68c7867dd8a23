import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rootOf } from './case.ts'
import type { Case } from './case.ts'
import { pythons } from './differential/pythons.ts'
import { expectSame } from './differential/same.ts'
import { runOurs } from './serve.ts'

const eventsOf = (...texts: readonly unknown[]) => texts.map((event) => ({ text: JSON.stringify(event) }))

describe.each(pythons)('on $name, as with its awslambdaric', { timeout: 60_000 }, (python) => {
  const same = (root: string, handler: string, events: Case['events'], more: Partial<Case> = {}) =>
    expectSame({ root: rootOf(root), handler, events, python, ...more })

  test('standard streams are pipes: they can be detached and wrapped, and the next event logs', async () => {
    const events = eventsOf('names', 'seekable', 'detach stdout', 'detach stderr', 'log', 'child', 'log')
    const { outcomes } = await same('stdio', 'app.handler', events)
    expect(outcomes.map(({ kind }) => kind)).not.toContain('error')
    await same('stdio', 'app.handler', eventsOf('wrap stdout', 'wrap stderr', 'log'))
  })

  test("standard modules that AWS's client has loaded win over files of their names", async () => {
    const { outcomes } = await same('shadows', 'app.handler', eventsOf(1))
    expect(outcomes[0]!.json()).toMatchObject({ json: false, logging: false, quopri: true })
    // From 3.13 on AWS's client dies of a tokenize.py when it reports an error.
    const { outcomes: failed } = await runOurs({
      root: rootOf('shadows'),
      handler: 'app.fails',
      events: eventsOf(1),
      python,
    })
    expect(failed[0]!.json()).toMatchObject({
      errorType: 'ValueError',
      stackTrace: [expect.stringContaining('in fails')],
    })
  })

  test('_HANDLER, sys.argv and the search path are those of its bootstrap', async () => {
    await same('spelling', 'app.handler', eventsOf(1))
    await same('spelling', 'pkg/mod.handler', eventsOf(1))
  })

  test('a failed start is followed by what atexit has registered', async () => {
    const { log } = await same('failed_start', 'app.handler', eventsOf(1))
    expect(log.filter((line) => line.startsWith('flushed'))).toHaveLength(8)
  })

  test('an interrupt ends the process', async () => {
    for (const way of ['KeyboardInterrupt', 'SIGINT', 'CancelledError']) {
      const one = { root: rootOf('interrupts'), handler: 'app.handler', events: eventsOf(way, 'next'), python }
      const { outcomes, log } = await runOurs(one)
      expect(outcomes.map(({ kind }) => kind)).toEqual(['error', 'response'])
      const said = outcomes[0]!.text() + log.join('\n')
      expect(outcomes[0]!.json()).toMatchObject({ errorType: 'Runtime.ExitError' })
      expect(said).toContain('in handler')
      expect(said).not.toContain('anyhandler_driver')
      expect(said).not.toContain('start.py')
    }
  })

  test.each(['sys.modules', 'main.awslambdaricmain', 'main'])(
    'patches of the client take effect, found in %s',
    async (place) => {
      const one = { root: rootOf('patches'), events: eventsOf(1, 'fail', 2, 3), python, variables: { PLACE: place } }
      const { outcomes } = await runOurs({ ...one, handler: 'app.handler' })
      const calls = outcomes.map((outcome) => outcome.json() as unknown)
      const whole = [true, 'awslambdaric.lambda_context', true]
      expect(calls).toMatchObject([
        [['handle_event_request'], ...whole],
        { errorType: 'ValueError' },
        [['post_invocation_result', 'handle_event_request', 'post_invocation_error', 'handle_event_request'], ...whole],
        [['post_invocation_result', 'handle_event_request'], ...whole],
      ])
      const failed = await runOurs({ ...one, handler: 'fails.handler', events: eventsOf(1) })
      expect(failed.outcomes[0]).toMatchObject({ kind: 'initError', errorType: 'Runtime.ImportModuleError' })
      expect(failed.log).toContain('init error: Runtime.ImportModuleError None')
    },
  )

  test('patches through awslambdaric itself, marshallers and contexts of its classes', async () => {
    await same('patches', 'app.handler', eventsOf(1, 'fail', 2, 3))
    await same('patches', 'fails.handler', eventsOf(1))
    await same('patches', 'marshaller.handler', eventsOf(1, { a: [1] }))
    await same('patches', 'own_context.handler', eventsOf(1, 'fault'))
  })

  describe('where the function brings the real client too', () => {
    const root = mkdtempSync(join(tmpdir(), 'anyhandler-bundled-'))
    beforeAll(() => {
      cpSync(rootOf('patches'), root, { recursive: true })
      cpSync(python.client, root, { recursive: true })
    })
    afterAll(() => rmSync(root, { recursive: true }))

    test('the one that runs is found', async () => {
      await expectSame({ root, handler: 'app.handler', events: eventsOf(1, 'fail', 2), python })
    })
  })
})

test('a module that is interrupted at its import is told as such', async () => {
  const { outcomes } = await runOurs({
    root: rootOf('interrupts'),
    handler: 'at_import.handler',
    events: eventsOf(1),
  })
  expect(outcomes[0]).toMatchObject({ kind: 'initError', errorType: 'Runtime.ExitError' })
  expect(outcomes[0]!.text()).toContain(
    "'at_import.handler' ended Python with KeyboardInterrupt() while it was imported",
  )
})

test('streams that a handler only detached are there for the next event', async () => {
  const one = { root: rootOf('stdio'), handler: 'app.only_detach', events: eventsOf(true, false) }
  expect((await runOurs(one)).log).toEqual(['printed', 'to stderr'])
})

test.each([
  ['python:app.handler', 'app.handler'],
  ['app', 'app.handler'],
  ['app.py', 'app.handler'],
  ['style', 'style.lambda_handler'],
  ['pkg/mod', 'pkg/mod.handler'],
])("_HANDLER is AWS's spelling for %s", async (handler, spelling) => {
  const { outcomes } = await runOurs({ root: rootOf('spelling'), handler, events: eventsOf(1) })
  const [, seen] = outcomes[0]!.json() as [string, string]
  expect(seen).toBe(spelling)
})
