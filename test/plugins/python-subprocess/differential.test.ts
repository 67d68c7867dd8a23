import { describe, expect, test } from 'vitest'
import { idOf, rootOf } from './case.ts'
import { eventsOf, namesIn } from './differential/names.ts'
import { runReference } from './differential/reference.ts'
import { expectSame } from './differential/same.ts'
import { runOurs } from './serve.ts'

describe('answers are those of awslambdaric, byte for byte', { timeout: 60_000 }, () => {
  test('for values of all kinds', async () => {
    const { outcomes } = await expectSame({
      root: rootOf('values'),
      handler: 'app.handler',
      events: eventsOf(namesIn('values', 'VALUES')),
    })
    expect(outcomes.filter(({ kind }) => kind === 'response').length).toBeGreaterThan(35)
    expect(outcomes.filter(({ kind }) => kind === 'error').length).toBeGreaterThan(20)
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
    '{"b":1,"a":2}',
    '{"a":1,"a":2}',
    '{"":0}',
    '[0,-0,1,-1,12345678901234567890123456789,-9007199254740993]',
    '[1.0,-0.0,1e3,1E-7,1.5e300,1e999,-1e999,0.1,3.141592653589793238462643]',
    '"\\u00e9\\ud83c\\udf89\\n\\t\\"\\\\\\/\\b\\f\\r\\u0000"',
    '"é日本🎉\u2028\u007f"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\ud83cx"',
    ' {"a" : 1 , "b" : [ 1 , 2 ] } ',
    '\n\t[1]\r\n',
    '\ufeff{"bom":1}',
    `${'['.repeat(400)}1${']'.repeat(400)}`,
    '',
    ' ',
    'nul',
    'hello',
    '{"a":',
    '{"a"',
    '{"a" 1}',
    '["unfinished',
    '\x00',
  ]
  test('for events of all kinds', async () => {
    await expectSame({ root: rootOf('events'), handler: 'app.handler', events: texts.map((text) => ({ text })) })
  })

  test('for events that are given back', async () => {
    const whole = texts.filter((text) => !text.includes('\\ud8') && !text.includes('\\udc'))
    await expectSame({ root: rootOf('events'), handler: 'app.echo', events: whole.map((text) => ({ text })) })
  })
})

describe('errors are those of awslambdaric', { timeout: 60_000 }, () => {
  test('for exceptions of all kinds', async () => {
    await expectSame({ root: rootOf('errors'), handler: 'app.handler', events: eventsOf(namesIn('errors', 'WAYS')) })
  })

  test('in the JSON log format', async () => {
    const names = ['value_error', 'raised_from', 'lines_in_message', 'unicode_message', 'no_message', 'no_failure']
    const variables = { AWS_LAMBDA_LOG_FORMAT: 'JSON' }
    await expectSame({ root: rootOf('errors'), handler: 'app.handler', events: eventsOf(names), variables })
  })

  test.each(['no_parameters', 'one_parameter', 'instance', 'not_callable', 'handler_class', 'partial'])(
    'for the handler app.%s',
    async (name) => {
      await expectSame({ root: rootOf('errors'), handler: `app.${name}`, events: [{ text: '[]' }] })
    },
  )
})

describe('the log is that of awslambdaric', { timeout: 60_000 }, () => {
  const settings: readonly (readonly [string, Record<string, string>])[] = [
    ['as text', {}],
    ['as text with a level', { AWS_LAMBDA_LOG_LEVEL: 'INFO' }],
    ['as text with the level ERROR', { AWS_LAMBDA_LOG_LEVEL: 'ERROR' }],
    ['as text with the level TRACE', { AWS_LAMBDA_LOG_LEVEL: 'TRACE' }],
    ['as JSON', { AWS_LAMBDA_LOG_FORMAT: 'JSON' }],
    ['as JSON with the level ERROR', { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'ERROR' }],
    ['as JSON with a level', { AWS_LAMBDA_LOG_FORMAT: 'json', AWS_LAMBDA_LOG_LEVEL: 'debug' }],
  ]
  test.each(settings)('%s', async (_name, variables) => {
    const names = namesIn('logs', 'WAYS')
    const theirs = await expectSame({
      root: rootOf('logs'),
      handler: 'app.handler',
      events: eventsOf(names),
      variables,
    })
    expect(theirs.log.length).toBeGreaterThan(30)
  })

  test('through the context', async () => {
    await expectSame({ root: rootOf('logs'), handler: 'app.by_context', events: [{ text: '1' }, { text: '2' }] })
  })
})

describe('the context is that of awslambdaric', { timeout: 60_000 }, () => {
  const client = {
    custom: { key: 'välue' },
    env: { locale: 'de' },
    client: { installation_id: 'i', app_title: 'title', unknown: 1 },
  }
  const trace = {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    tracestate: 'a=b',
    other: 'x',
  }
  const deadline = Date.now() + 3_600_000
  const options = [
    {},
    {
      deadline,
      functionArn: 'arn:aws:lambda:eu-west-1:1:function:other:alias',
      tenantId: 'tenant-1',
      traceId: 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1',
    },
    { clientContext: client, identity: { cognitoIdentityId: 'id', cognitoIdentityPoolId: 'pool' } },
    { clientContext: { ...client, w3c: trace } },
    { clientContext: {} },
    { identity: {} },
    { traceId: 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0' },
    {},
  ]
  test.each(['everything', 'can_be_changed', 'trace_id', 'surroundings', 'state'])('in app.%s', async (name) => {
    const events = options.map((given, index) => ({
      text: String(index),
      options: { deadline, ...given, id: idOf(index) },
    }))
    await expectSame({ root: rootOf('context'), handler: `app.${name}`, events })
  })

  test('in app.client_context', async () => {
    const events = [
      { text: '1', options: { clientContext: client } },
      { text: '2', options: { clientContext: { custom: null } } },
    ]
    await expectSame({ root: rootOf('context'), handler: 'app.client_context', events })
  })

  test('in app.out_of_time', async () => {
    const events = [{ text: '1', options: { deadline: Date.now() + 3_600_000_000 } }]
    const one = { root: rootOf('context'), handler: 'app.out_of_time', events }
    const [ours, theirs] = await Promise.all([runOurs(one), runReference(one)])
    const [mine, reference] = [ours, theirs].map(({ outcomes }) => Number(outcomes[0]?.text()))
    expect(Math.abs(mine! - reference!)).toBeLessThan(60_000)
  })
})

describe('handlers are loaded as by awslambdaric', { timeout: 60_000 }, () => {
  test.each([
    'good.handler',
    'pkg.mod.handler',
    'pkg/mod.handler',
    'pkg/deep/leaf.handler',
    'pkg.deep.leaf.handler',
    'space.inside.handler',
    'folder.handler',
    'prints.handler',
    'uses_layer_module.handler',
    'slow_start.handler',
  ])('%s', async (handler) => {
    await expectSame({ root: rootOf('loading'), handler, events: [{ text: '1' }, { text: '2' }] })
  })

  test.each([
    'missing_import.handler',
    'missing_name.handler',
    'relative.handler',
    'syntax_error.handler',
    'indentation.handler',
    'tabs.handler',
    'unfinished.handler',
    'encoding.handler',
    'imports_syntax_error.handler',
    'raises.handler',
    'raises_deep.handler',
    'raises_import_error.handler',
    'raises_lines.handler',
    'no_function.handler',
    'good.Namespace',
  ])('%s', async (handler) => {
    await expectSame({ root: rootOf('loading'), handler, events: [{ text: '1' }] })
  })
})
