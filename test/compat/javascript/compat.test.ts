import { copyFileSync, existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Case, Run } from '../../plugins/javascript/case.ts'
import { expectSame } from '../../plugins/javascript/differential/compare.ts'
import { runReference } from '../../plugins/javascript/differential/reference.ts'
import { runOurs } from '../../plugins/javascript/serve.ts'
import { withSentry } from '../fake-sentry.ts'
import { httpEvent } from '../http-event.ts'

const here = fileURLToPath(new URL('./', import.meta.url))
const modules = fileURLToPath(new URL('../../../.cache/compat-javascript/node_modules', import.meta.url))
const isFetched = (name: string): boolean => existsSync(join(modules, name))
const events = (...values: readonly unknown[]) => values.map((value) => ({ text: JSON.stringify(value) }))

/** A task root with one handler and its packages. */
async function withHandler<Result>(name: string, work: (root: string) => Promise<Result>): Promise<Result> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), `anyhandler-${name}-`)))
  copyFileSync(join(here, 'cases', `${name}.mjs`), join(root, 'app.mjs'))
  symlinkSync(modules, join(root, 'node_modules'))
  try {
    return await work(root)
  } finally {
    rmSync(root, { recursive: true })
  }
}

/** Both runs of a case whose log is another each time: the answers are compared. */
async function bothAnswer(one: Case): Promise<Run> {
  const [ours, theirs] = await Promise.all([runOurs(one), runReference(one)])
  const answers = ({ outcomes }: Run) =>
    outcomes.map((outcome) => [outcome.kind, outcome.text().replace(/"trace":\[.*\]/, '')])
  expect(answers(ours)).toEqual(answers(theirs))
  return ours
}

test.runIf(process.env['CI'])('CI has the packages that the whole suite runs with', () => {
  expect(['@middy/core', 'hono'].filter((name) => !isFetched(name))).toEqual([])
})

describe("packages, unmodified, answer as with AWS's client", { timeout: 60_000 }, () => {
  const requests = [
    httpEvent('GET', '/hello/a?shout=x'),
    httpEvent('POST', '/orders', { item: 'é' }),
    httpEvent('GET', '/nothing'),
  ]

  const alike = [
    [
      'middy',
      '@middy/core',
      [httpEvent('POST', '/', { name: 'x' }), httpEvent('POST', '/', {}), httpEvent('POST', '/')],
      'left',
    ],
    ['hono', 'hono', [...requests, httpEvent('GET', '/fails')], '\\"hello\\":\\"a\\"'],
    ['fastify', 'fastify', requests, '\\"hello\\":\\"a\\"'],
    ['addon', 'better-sqlite3', events({ n: 1 }, { n: 2 }), '{"events":1,"sum":1}'],
  ] as const
  test.each(alike.filter(([, name]) => isFetched(name)))('%s', async (name, _package, sent, first) => {
    await withHandler(name, async (root) => {
      const { ours } = await expectSame({ root, handler: 'app.handler', events: sent })
      expect(ours.outcomes.map(({ kind }) => kind)).toEqual(sent.map(() => 'response'))
      expect(ours.outcomes[0]!.text()).toContain(first)
    })
  })

  test.runIf(isFetched('hono'))('Hono, streaming', async () => {
    await withHandler('hono', async (root) => {
      const sent = [httpEvent('GET', '/parts'), httpEvent('GET', '/hello/a')]
      const { ours } = await expectSame({ root, handler: 'app.streamed', events: sent })
      expect(ours.outcomes[0]!.text()).toMatch(/^\{"statusCode":200.*\0{8}one two three$/)
      expect(ours.outcomes[0]!.streamed).toBe(true)
    })
  })

  test.runIf(isFetched('@aws-lambda-powertools/logger'))(
    'Powertools for TypeScript: Logger, Metrics, event handler, batch',
    async () => {
      const record = (messageId: string, body: string) => ({
        messageId,
        body,
        receiptHandle: 'r',
        attributes: {},
        eventSource: 'aws:sqs',
      })
      const sent = [
        httpEvent('GET', '/orders/17'),
        httpEvent('GET', '/nothing'),
        ...events({ Records: [record('1', 'good'), record('2', 'bad')] }),
      ]
      await withHandler('powertools', async (root) => {
        const { outcomes, log } = await bothAnswer({ root, handler: 'app.handler', events: sent })
        expect(outcomes[0]!.text()).toContain('17')
        expect(outcomes[2]!.json()).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] })
        const lines = log.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []))
        expect(lines.filter((line) => '_aws' in line)).toHaveLength(3)
        expect(lines).toContainEqual(
          expect.objectContaining({
            message: 'an order is read',
            function_name: 'my-function',
            function_request_id: outcomes[0]!.id,
          }),
        )
      })
    },
  )

  test.runIf(isFetched('@aws-sdk/client-s3'))('@aws-sdk/client-s3 against a server of this process', async () => {
    const objects = new Map<string, Buffer>()
    const server = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        const key = (request.url ?? '').split('?')[0] ?? ''
        if (request.method === 'PUT') objects.set(key, Buffer.concat(parts))
        response.end(request.method === 'GET' ? objects.get(key) : undefined)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const variables = {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REQUEST_CHECKSUM_CALCULATION: 'WHEN_REQUIRED',
    }
    try {
      await withHandler('s3', async (root) => {
        const sent = events({ text: 'first é' }, { text: 'second' })
        const { outcomes } = await bothAnswer({ root, handler: 'app.handler', events: sent, variables })
        expect(outcomes.map((outcome) => outcome.json())).toEqual(['first é', 'second'])
        expect([...objects.keys()]).toEqual(['/notes/a%20b/%C3%A9.txt'])
      })
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  test.runIf(isFetched('@sentry/aws-serverless'))("Sentry's wrapper reports before the answer is out", async () => {
    await withSentry(async (dsn, reported) => {
      await withHandler('sentry', async (root) => {
        const one = {
          root,
          handler: 'app.handler',
          events: events({ a: 1 }, { fail: true }, { a: 2 }),
          variables: { DSN: dsn },
        }
        const { outcomes } = await runOurs(one)
        expect(outcomes.map(({ kind }) => kind)).toEqual(['response', 'error', 'response'])
        expect(outcomes[1]!.json()).toMatchObject({ errorType: 'RangeError', errorMessage: 'for Sentry' })
        expect(reported).toEqual(['RangeError'])
      })
    })
  })
})
