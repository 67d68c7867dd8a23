import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventsOf, namesIn, rootOf } from './case.ts'
import { expectSame } from './differential/compare.ts'
import { loadingFiles } from './loading-files.ts'

const timeout = 60_000

/** Two processes start for each: the suite runs those before the bar, `npm run compat` all. */
function some(names: string): readonly string[] {
  const [first = '', others = ''] = names.split(' | ')
  return `${first}${process.env['EVERY_CASE'] ? ` ${others}` : ''}`.trim().split(' ')
}

describe("answers are those of AWS's client, byte for byte", { timeout }, () => {
  test('for values of all kinds', async () => {
    const { theirs } = await expectSame({
      root: rootOf('values'),
      handler: 'app.handler',
      events: eventsOf(await namesIn('values', 'VALUES')),
    })
    expect(theirs.outcomes.filter(({ kind }) => kind === 'response').length).toBeGreaterThan(35)
    expect(theirs.outcomes.filter(({ kind }) => kind === 'error').length).toBeGreaterThan(4)
  })

  test('for handlers that are not async', async () => {
    const names = ['undefined', 'text', 'nested', 'promise', 'thenable', 'cycle']
    await expectSame({ root: rootOf('values'), handler: 'app.plain', events: eventsOf(names) })
  })

  test('for events of all kinds', async () => {
    const events = texts.map((text) => ({ text }))
    await expectSame({ root: rootOf('values'), handler: 'app.echo', events })
    await expectSame({
      root: rootOf('values'),
      handler: 'app.described',
      events: [{ text: JSON.stringify('é'.repeat(1_000_000)) }],
    })
  })
})

const texts = [
  '{}',
  '[]',
  '""',
  '0',
  'null',
  'true',
  '"text"',
  '{"a":{"b":[1,2,{"c":null}]}}',
  '{"b":1,"a":2,"10":0,"9":1}',
  '{"a":1,"a":2}',
  '{"":0,"__proto__":{"x":1},"constructor":1}',
  '[0,-0,1,12345678901234567890123456789,9007199254740993]',
  '[1.0,-0.0,1e3,1E-7,1.5e300,1e999,0.1,3.141592653589793238462643]',
  '"\\u00e9\\ud83c\\udf89\\n\\t\\"\\\\\\/\\b\\f\\r\\u0000"',
  '"é日本🎉\u2028\u007f"',
  '"\\ud800"',
  ' {"a" : 1 , "b" : [ 1 , 2 ] } ',
  '\n\t[1]\r\n',
  `${'['.repeat(400)}1${']'.repeat(400)}`,
]

describe("errors and their log are those of AWS's client", { timeout }, () => {
  test('for errors of all kinds', async () => {
    await expectSame({
      root: rootOf('errors'),
      handler: 'app.handler',
      events: eventsOf(await namesIn('errors', 'WAYS')),
    })
  })

  test('in the JSON format, and of a handler that is not async', async () => {
    const names = [
      'error',
      'custom',
      'cause',
      'text',
      'null',
      'lines',
      'unicode',
      'no_stack',
      'cyclic_property',
      'fine',
    ]
    const variables = { AWS_LAMBDA_LOG_FORMAT: 'JSON' }
    await expectSame({ root: rootOf('errors'), handler: 'app.plain', events: eventsOf(names), variables })
  })
})

describe("the log is that of AWS's client", { timeout }, () => {
  const one = { root: rootOf('console'), handler: 'app.handler' }
  const ways = async () => eventsOf(await namesIn('console', 'WAYS'))

  test('in text', async () => {
    await expectSame({ ...one, events: await ways() })
  })

  test('in JSON', async () => {
    const events = (await ways()).filter(({ text }) => !['"printed"', '"table"', '"dir"'].includes(text))
    await expectSame({ ...one, events, variables: { AWS_LAMBDA_LOG_FORMAT: 'json' } })
  })

  test.each(some('info ERROR | TRACE DEBUG WARN FATAL LOUD'))('at the level %s', async (level) => {
    const variables = { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: level }
    await expectSame({ ...one, events: eventsOf(['levels']), variables })
  })

  test.each(['Text', 'JSON'])('in the frames of a telemetry descriptor (%s)', async (format) => {
    const events = eventsOf(['levels', 'lines', 'formats', 'error', 'error_with_text', 'cycle', 'unicode', 'long'])
    await expectSame({ ...one, events, telemetry: true, variables: { AWS_LAMBDA_LOG_FORMAT: format } })
  })
})

describe("the context is that of AWS's client", { timeout }, () => {
  const traceId = 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1'
  const clientContext = { custom: { a: 'é' }, client: { app_title: 'x' }, env: {} }
  const identity = { cognitoIdentityId: 'id', cognitoIdentityPoolId: 'pool' }
  const deadline = Date.now() + 29_000
  const w3c = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=b' }
  const given = [
    {},
    { traceId },
    { clientContext, identity },
    { tenantId: 'tenant-1' },
    { traceId, clientContext: { ...clientContext, w3c } },
    { functionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:my-function:live' },
    { headers: { 'Lambda-Runtime-Client-Context': '', 'Lambda-Runtime-Trace-Id': '' } },
  ]

  test('with and without each header', async () => {
    const events = given.map((options) => ({ text: '{}', options: { deadline, ...options } }))
    await expectSame({ root: rootOf('context'), handler: 'app.handler', events })
  })

  test.each(['count', 'stored', 'changed'])('for app.%s', async (name) => {
    const events = [{ text: '1', options: { traceId } }, { text: '2' }]
    await expectSame({ root: rootOf('context'), handler: `app.${name}`, events })
  })

  test('without the global object', async () => {
    const variables = { AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA: 'true' }
    await expectSame({ root: rootOf('context'), handler: 'app.handler', events: eventsOf([1]), variables })
  })
})

describe("streams are those of AWS's client", { timeout }, () => {
  const names =
    'text end_with_chunk only_end bytes encoding object content_type prelude empty_write pipeline pipe events back_pressure callbacks returns late_content_type fails_within state'
  test('of all kinds', async () => {
    const events = eventsOf(names.split(' ')).map((one) => ({ ...one }))
    await expectSame({ root: rootOf('streams'), handler: 'app.handler', events })
  })

  test('with a mark of their own', async () => {
    await expectSame({ root: rootOf('streams'), handler: 'app.marked', events: eventsOf([1, 2]) })
  })
})

describe("handlers are found as by AWS's client", { timeout }, () => {
  let root: string
  beforeAll(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'anyhandler-loading-')))
    for (const [path, text] of Object.entries(loadingFiles)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
  })
  afterAll(() => rmSync(root, { recursive: true }))
  const answering =
    'esm.nested.handler transpiled.handler both.handler awaits.handler | esm.inner.deep esm.sync cjs.handler detected.handler dir/inner.handler ' +
    'esm.handler esm.nested.more.deep esm.arity2 esm.defaults esm.rest esm.generator esm.parts esm.bound cjs.nested.handler cjs.main object.handler fn.handler ' +
    'default-only.default default-object.handler json.handler ./dir/inner.handler'
  test.each(some(answering))('%s answers', async (handler) => {
    const { theirs } = await expectSame({ root, handler, events: eventsOf([{ a: 1 }]) })
    expect(theirs.outcomes[0]!.kind).toBe('response')
  })

  const refused =
    'esm.arity3 esm.notThere syntax.handler missing.handler | esm.text throws.handler esm.Orders.handle esm.nested.text esm.nothing esm.nested.not.there cjs.notThere ' +
    'default-only.handler transpiled.other throws-text.handler unbound.handler bad-stream.handler'
  test.each(some(refused))('%s is refused', async (handler) => {
    const { theirs } = await expectSame({ root, handler, events: eventsOf([1]) })
    expect(theirs.outcomes[0]!.kind).toBe('initError')
  })
})
