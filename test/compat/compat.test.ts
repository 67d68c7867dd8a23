import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import { describe, expect, test } from 'vitest'
import { inNamespace } from '../support/namespace.ts'
import type { Case, Run } from '../plugins/python-subprocess/case.ts'
import { pythons } from '../plugins/python-subprocess/differential/pythons.ts'
import { runReference } from '../plugins/python-subprocess/differential/reference.ts'
import { expectSame } from '../plugins/python-subprocess/differential/same.ts'
import { runOurs } from '../plugins/python-subprocess/serve.ts'
import { bin } from '../support/command.ts'
import { withSentry } from './fake-sentry.ts'
import { httpEvent } from './http-event.ts'
import { isFetched, packagesOf, withProject } from './project.ts'

const events = (...values: readonly unknown[]) => values.map((value) => ({ text: JSON.stringify(value) }))

test.runIf(process.env['CI'])('CI has the packages that the whole suite runs with', () => {
  const starred = readFileSync(new URL('packages.txt', import.meta.url), 'utf8').matchAll(/^\*(?<name>\S+)/gm)
  const names = [...starred].map(({ groups }) => groups!['name']!)
  expect(names.length).toBeGreaterThan(3)
  expect(names.filter((name) => !isFetched(name))).toEqual([])
})

/** What is compared besides: the log, where nothing in it changes from run to run. */
const frameworks: readonly (readonly [name: string, events: Case['events'], answered: string])[] = [
  [
    'fastapi',
    [
      httpEvent('GET', '/hello/a?shout=true'),
      httpEvent('POST', '/orders', { item: 'x', amount: 2 }),
      httpEvent('POST', '/orders', { item: 'x' }),
      httpEvent('GET', '/nothing'),
    ],
    '\\"hello\\":\\"A\\"',
  ],
  ['flask', [httpEvent('GET', '/hello/a?b=c'), httpEvent('GET', '/fails'), httpEvent('GET', '/nothing')], 'hello'],
  ['django', [httpEvent('GET', '/hello/a'), httpEvent('GET', '/nothing')], 'hello'],
  ['moto', events(1, 2), '["content", {"id": "1", "amount": 17}]'],
  ['pydantic', events({ item: 'x', price: '1.10' }, { item: '' }), '{"item": "x", "price": 1.10}'],
  ['pandas', events(1, 'unserialisable'), '"dot": 14.0'],
  ['structlog', events(1, 2), '1'],
  ['loguru', events(1, 2), '1'],
]

describe('answers, errors and log are those of awslambdaric', { timeout: 120_000 }, () => {
  test.each(frameworks.filter(([name]) => isFetched(name)))('with %s', async (name, sent, answered) => {
    await withProject(name, { packages: name }, async (root) => {
      const { outcomes } = await expectSame({ root, handler: 'app.handler', events: sent })
      expect(outcomes[0]!.kind).toBe('response')
      expect(outcomes[0]!.text()).toContain(answered)
    })
  })

  test.runIf(isFetched('powertools'))('with Powertools: HTTP API, validation, Logger, EMF', async () => {
    const sent = [
      httpEvent('GET', '/hello/a'),
      httpEvent('POST', '/orders', { item: 'x' }),
      httpEvent('POST', '/orders', {}),
    ]
    await withProject('powertools', { packages: 'powertools' }, async (root) => {
      const { log } = await expectSame({ root, handler: 'app.handler', events: sent })
      expect(log.filter((line) => line.includes('"CloudWatchMetrics"'))).toHaveLength(1)
    })
  })
})

/** Tools that watch a function say other things each time: their answers are compared, and that they were there. */
async function expectSameAnswers(one: Case): Promise<Run> {
  const [ours, theirs] = await Promise.all([runOurs(one), runReference(one)])
  const answers = ({ outcomes }: Run) => outcomes.map((outcome) => [outcome.kind, errorless(outcome.text())])
  expect(answers(ours)).toEqual(answers(theirs))
  return ours
}

/** Stack traces go through the tools' own files, and those of AWS's client. */
function errorless(text: string): string {
  return text.replace(/"stackTrace": \[.*\]/, '')
}

const calm = {
  DD_TRACE_ENABLED: 'true',
  DD_FLUSH_TO_LOG: 'true',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_LAMBDA_HANDLER: 'app.handler',
  LUMIGO_ORIGINAL_HANDLER: 'app.handler',
  LUMIGO_TRACER_TOKEN: 't_0123456789012345678901',
  LUMIGO_SWITCH_OFF: 'true',
  NEW_RELIC_SERVERLESS_MODE_ENABLED: 'true',
  NEW_RELIC_LICENSE_KEY: '0123456789012345678901234567890123456789',
  AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
  AWS_REGION: 'us-east-1',
}
const traceId = 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1'
const traced = events({ a: 1 }, { fail: true }, { a: 2 }).map((one) => ({ ...one, options: { traceId } }))

describe('what watches a function works', { timeout: 120_000 }, () => {
  test.runIf(isFetched('datadog'))('Datadog in the task root', async () => {
    await withProject('datadog', { packages: 'datadog', copy: true }, async (root) => {
      const one = { root, handler: 'datadog_lambda.handler.handler', events: traced, variables: calm }
      const { log } = await expectSameAnswers(one)
      expect(log.join('\n')).toContain('aws.lambda.enhanced.invocations')
    })
  })

  test.runIf(isFetched('datadog'))('Datadog in a layer: its handler is in no file of the task root', async () => {
    await withProject('datadog', {}, async (root) => {
      const layers = mkdtempSync(join(tmpdir(), 'anyhandler-layer-'))
      mkdirSync(join(layers, 'opt'))
      symlinkSync(packagesOf('datadog'), join(layers, 'opt/python'))
      const one: Case = { root, handler: 'datadog_lambda.handler.handler', events: traced, variables: calm }
      const runBoth = fileURLToPath(new URL('../plugins/python-subprocess/differential/run-both.ts', import.meta.url))
      const [command, ...args] = inNamespace('mount --bind "$LAYERS" /opt; exec "$@"', [
        process.execPath,
        '--conditions=source',
        runBoth,
        JSON.stringify(one),
      ])
      const env = { ...process.env, LAYERS: join(layers, 'opt') }
      const [ours, theirs] = JSON.parse(execFileSync(command!, args, { env, encoding: 'utf8' })) as string[][]
      rmSync(layers, { recursive: true })
      expect(ours!.map(errorless)).toEqual(theirs!.map(errorless))
      expect(ours![0]).toContain('{"echo": {"a": 1}')
    })
  })

  test.runIf(isFetched('lumigo'))("Lumigo's wrapper module", async () => {
    await withProject('lumigo', { packages: 'lumigo', copy: true }, async (root) => {
      await expectSameAnswers({
        root,
        handler: 'lumigo_tracer.auto_instrument_handler._handler',
        events: traced,
        variables: calm,
      })
    })
  })

  test.each(['newrelic', 'xray'].filter(isFetched))('%s', async (name) => {
    await withProject(name, { packages: name }, async (root) => {
      const { outcomes } = await expectSameAnswers({ root, handler: 'app.handler', events: traced, variables: calm })
      expect(outcomes.map(({ kind }) => kind)).toEqual(['response', 'error', 'response'])
    })
  })

  const sentryHandlers: readonly (readonly [handler: string, sent: Case['events'], reported: readonly string[]])[] = [
    ['app.handler', events(1, 'fail', 2), ['ValueError']],
    ['import_fails.handler', events(1), ['Runtime.ImportModuleError']],
    ['raises.handler', events(1), ['LookupError']],
  ]
  test.runIf(isFetched('sentry')).each(sentryHandlers)(
    'Sentry hears of a failure in %s',
    async (handler, sent, types) => {
      await withProject('sentry', { packages: 'sentry' }, async (root) => {
        for (const run of [runReference, runOurs]) {
          await withSentry(async (dsn, reported) => {
            const variables = { SENTRY_DSN: dsn, AWS_REGION: 'us-east-1' }
            await run({ root, handler, events: sent, variables })
            expect(reported).toEqual(types)
          })
        }
      })
    },
  )

  test.runIf(isFetched('opentelemetry'))("OpenTelemetry's instrumentation through its exec wrapper", async () => {
    await withProject('opentelemetry', {}, async (root) => {
      await using api = await RuntimeApiServer.start()
      const child = spawn(process.execPath, [bin, 'run'], {
        cwd: root,
        stdio: 'ignore',
        env: {
          PATH: process.env['PATH'],
          HOME: root,
          AWS_LAMBDA_RUNTIME_API: api.address,
          AWS_LAMBDA_EXEC_WRAPPER: join(root, 'layer/otel-instrument'),
          AWS_LAMBDA_FUNCTION_NAME: 'my-function',
          LAMBDA_TASK_ROOT: root,
          _HANDLER: 'app.handler',
          PYTHONPATH: `${packagesOf('opentelemetry')}:${join(root, 'layer')}`,
        },
      })
      const ended = once(child, 'exit')
      const outcome = await api.invoke('{}', { traceId })
      child.kill('SIGTERM')
      await ended
      expect(outcome.json()).toEqual({
        span: 'my-function',
        recording: true,
        trace: '5bef4de7ad49b0e87f6ef6c87fc2e700',
      })
    })
  })
})

const python = pythons.find(({ name }) => name === 'Python 3.9')
const old = ['powertools-3.9', 'boto3-3.9', 'sentry-3.9', 'newrelic-3.9'].filter((name) => python && isFetched(name))

// A suite without a test fails, and these packages are no part of CI.
describe.runIf(old.length > 0)('on Python 3.9', { timeout: 120_000 }, () => {
  test.each(old)('%s', async (packages) => {
    const name = packages === 'boto3-3.9' ? packages : packages.replace('-3.9', '')
    await withProject(name, { packages }, async (root) => {
      await withSentry(async (dsn) => {
        const sent = name === 'powertools' ? [httpEvent('GET', '/hello/a')] : traced
        const variables = { ...calm, SENTRY_DSN: dsn }
        const { outcomes } = await expectSameAnswers({
          root,
          handler: 'app.handler',
          events: sent,
          variables,
          python: python!,
        })
        expect(outcomes[0]!.kind).toBe('response')
      })
    })
  })
})
