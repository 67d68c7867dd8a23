import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { rootOf } from './case.ts'
import { expectSame } from './differential/same.ts'

const powertools = fileURLToPath(new URL('../../../.cache/powertools', import.meta.url))
const variables = { PYTHONPATH: powertools, POWERTOOLS_TRACE_DISABLED: 'true', POWERTOOLS_LOG_LEVEL: 'INFO' }

const message = (n: number) => ({
  messageId: `m${n}`,
  receiptHandle: 'r',
  body: JSON.stringify({ n }),
  attributes: {},
  messageAttributes: {},
  eventSource: 'aws:sqs',
})
const rest = (httpMethod: string, path: string, body?: unknown) => ({
  httpMethod,
  path,
  headers: { accept: 'application/json' },
  multiValueHeaders: {},
  queryStringParameters: { page: '2' },
  multiValueQueryStringParameters: { page: ['2'] },
  requestContext: { requestId: 'request-1', stage: 'prod', path, httpMethod },
  body: body === undefined ? null : JSON.stringify(body),
  isBase64Encoded: false,
})
const http = (path: string) => ({
  version: '2.0',
  rawPath: path,
  rawQueryString: '',
  headers: {},
  requestContext: { http: { method: 'GET', path }, stage: '$default' },
  isBase64Encoded: false,
})

/**
 * Powertools for AWS Lambda from PyPI, unchanged, beside AWS's own client: answers, metrics and log records are the
 * same.
 */
test.each<[string, readonly object[]]>([
  ['logs', [{ order: 1 }, { order: 2 }]],
  ['traced', [{ n: 4 }]],
  ['measured', [{ orders: 1 }, { orders: 2 }]],
  [
    'rest',
    [
      rest('GET', '/orders/5'),
      rest('GET', '/orders/0'),
      rest('GET', '/orders/teapot'),
      rest('POST', '/orders', { item: 'Ż' }),
      rest('GET', '/nowhere'),
    ],
  ],
  ['http', [http('/ping'), http('/nowhere')]],
  ['function_url', [http('/you')]],
  ['batch', [{ Records: [1, 2, 3].map(message) }, { Records: [2, 4].map(message) }, { Records: [1, 3].map(message) }]],
  ['data_class', [{ Records: [message(1)] }]],
  ['decorated', [{}]],
])('Powertools: app.%s', { timeout: 60_000 }, async (name, events) => {
  expect(existsSync(powertools), 'run test/tools/fetch.sh').toBe(true)
  const { outcomes } = await expectSame({
    root: rootOf('powertools'),
    handler: `app.${name}`,
    variables,
    events: events.map((event) => ({ text: JSON.stringify(event) })),
  })
  if (name !== 'batch') expect(outcomes.map(({ kind }) => kind)).toEqual(events.map(() => 'response'))
  else expect(outcomes[0]!.json()).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm3' }] })
})
