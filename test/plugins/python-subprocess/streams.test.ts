import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { rootOf } from './case.ts'
import { serve } from './serve.ts'
import type { Served } from './serve.ts'

const streams = <Result>(handler: string, work: (served: Served) => Promise<Result>) =>
  serve({ root: rootOf('streams'), handler: `app.${handler}` }, work)

/** A late failure, as the trailers tell it. */
function trailersOf(rawTrailers: readonly string[]): { type: string | undefined; body: unknown } {
  const at = (name: string) => rawTrailers[rawTrailers.findIndex((one) => one.toLowerCase() === name) + 1]
  return {
    type: at('lambda-runtime-function-error-type'),
    body: JSON.parse(Buffer.from(at('lambda-runtime-function-error-body') ?? '', 'base64').toString()),
  }
}

describe('a generator', () => {
  test.each(['lines', 'async_lines', 'returns_generator'])('streams its parts (%s)', async (handler) => {
    await streams(handler, async ({ invoke }) => {
      const outcome = await invoke({ count: 3 })
      expect(outcome).toMatchObject({ kind: 'response', streamed: true, contentType: 'application/octet-stream' })
      expect(outcome.text()).toBe('line 0\nline 1\nline 2\n')
    })
  })

  test.each(['waits', 'async_waits'])('sends each part at once (%s)', async (handler) => {
    const folder = mkdtempSync(join(tmpdir(), 'anyhandler-stream-'))
    const file = join(folder, 'seen')
    await streams(handler, async ({ invoke }) => {
      const outcome = await invoke({ file }, { onChunk: (bytes) => writeFileSync(file, bytes) })
      expect(outcome.text()).toBe('firstsecond')
    })
    rmSync(folder, { recursive: true })
  })

  test('yields text and all kinds of bytes', async () => {
    await streams('kinds', async ({ invoke }) =>
      expect((await invoke({})).text()).toBe('text: Ü bytes bytearray memoryview'),
    )
  })

  test('may begin with the head of an HTTP answer', async () => {
    await streams('http', async ({ invoke }) => {
      const outcome = await invoke({})
      expect(outcome.contentType).toBe('application/vnd.awslambda.http-integration-response')
      const [prelude, body] = outcome.text().split('\0'.repeat(8))
      expect(JSON.parse(prelude!)).toEqual({
        statusCode: 201,
        headers: { 'content-type': 'text/html' },
        cookies: ['a=b'],
      })
      expect(body).toBe('<p></p>')
    })
  })

  test('may begin with a content type', async () => {
    await streams('typed', async ({ invoke }) => {
      const outcome = await invoke({})
      expect([outcome.contentType, outcome.text()]).toEqual(['text/csv', 'a,b\n'])
    })
  })

  test('that yields nothing is an empty stream', async () => {
    await streams('empty', async ({ invoke }) => {
      const outcome = await invoke({})
      expect([outcome.kind, outcome.streamed, outcome.text()]).toEqual(['response', true, ''])
    })
  })

  test('that fails before its first part is an ordinary failure', async () => {
    await streams('fails_at_once', async ({ invoke }) => {
      const outcome = await invoke({})
      expect(outcome).toMatchObject({ kind: 'error', streamed: false, errorType: 'ValueError' })
      expect(outcome.json()).toMatchObject({
        errorMessage: 'before the first part',
        stackTrace: [expect.stringContaining('app.py')],
      })
    })
  })

  test.each(['fails_midway', 'async_fails_midway'])(
    'that fails midway ends in trailers, and the next event is served (%s)',
    async (handler) => {
      await streams(handler, async ({ invoke, records }) => {
        for (let round = 0; round < 2; round++) {
          const outcome = await invoke({})
          expect(outcome.text()).toBe('begun')
          expect(trailersOf(outcome.rawTrailers)).toMatchObject({
            type: 'ValueError',
            body: { errorMessage: 'midway', stackTrace: [expect.stringContaining('app.py')] },
          })
        }
        expect(records.filter((record) => record.includes('[ERROR] ValueError: midway'))).toHaveLength(2)
      })
    },
  )

  test('that yields something else fails with a sentence', async () => {
    await streams('bad_part', async ({ invoke }) => {
      const { type, body } = trailersOf((await invoke({})).rawTrailers)
      expect([type, body]).toMatchObject([
        'Runtime.MarshalError',
        { errorMessage: 'A stream is made of str and bytes, not of int' },
      ])
    })
    await streams('bad_head', async ({ invoke }) => {
      expect((await invoke({})).json()).toMatchObject({
        errorType: 'Runtime.MarshalError',
        errorMessage:
          'A stream that begins with a dict may have contentType, cookies, headers, statusCode in it, not status',
      })
    })
  })

  test('is closed after a failure', async () => {
    await streams('closed', async ({ invoke }) => {
      await invoke({ fail: true })
      expect((await invoke({ fail: false })).json()).toBe(1)
    })
  })

  test('streams more than fits the memory of a pipe', async () => {
    await streams('large', async ({ invoke }) => expect((await invoke({ parts: 100 })).body).toHaveLength(10_000_000))
  })
})
