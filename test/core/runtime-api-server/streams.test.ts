import { expect, test } from 'vitest'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import { apiForEachTest } from './api-under-test.ts'
import { RawRuntime } from './raw-runtime.ts'

const streaming = { 'Lambda-Runtime-Function-Response-Mode': 'streaming', 'Transfer-Encoding': 'chunked' }
const under = apiForEachTest()

async function answerStreaming(id: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  under.runtime.start(`POST /2018-06-01/runtime/invocation/${id}/response`, { ...streaming, ...headers })
}

test('a stream is seen part by part while it is written', async () => {
  const seen: string[] = []
  let arrived = Promise.withResolvers<void>()
  const sent = under.api.send('{}', {
    onChunk: (bytes) => {
      seen.push(bytes.toString())
      arrived.resolve()
    },
  })
  const { id } = await under.runtime.take()
  await answerStreaming(id, { 'Content-Type': 'text/plain' })
  for (const line of ['one\n', 'two\n', 'three\n']) {
    arrived = Promise.withResolvers()
    under.runtime.chunk(line)
    await arrived.promise
    expect(seen.at(-1)).toBe(line)
  }
  under.runtime.lastChunk()
  expect((await under.runtime.response()).status).toBe(202)
  const outcome = await sent.outcome
  expect(outcome).toMatchObject({ kind: 'response', streamed: true, contentType: 'text/plain', failed: false })
  expect(outcome.text()).toBe('one\ntwo\nthree\n')
  expect(outcome.chunks.map((chunk) => chunk.bytes.toString())).toEqual(['one\n', 'two\n', 'three\n'])
})

test('a failure in the middle of a stream arrives in its trailers', async () => {
  const sent = under.api.send('{}')
  const { id } = await under.runtime.take()
  await answerStreaming(id, { Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body' })
  under.runtime.chunk('half')
  const body = Buffer.from('{"errorMessage":"broke"}')
  under.runtime.lastChunk({
    'Lambda-Runtime-Function-Error-Type': 'Function.Broke',
    'Lambda-Runtime-Function-Error-Body': body.toString('base64'),
  })
  expect((await under.runtime.response()).status).toBe(202)
  const outcome = await sent.outcome
  expect(outcome).toMatchObject({ kind: 'response', failed: true, streamError: { errorType: 'Function.Broke', body } })
  expect(outcome.text()).toBe('half')
})

test('a slow reader holds the writer back', async () => {
  const gate = Promise.withResolvers<void>()
  const sent = under.api.send('{}', { onChunk: () => gate.promise, keepBody: false })
  const { id } = await under.runtime.take()
  await answerStreaming(id)
  const total = 64 * 1024 * 1024
  let written = 0
  const part = Buffer.alloc(1024 * 1024, 'x')
  const writing = (async () => {
    for (; written < total; written += part.length) {
      under.runtime.chunk(part)
      if (under.runtime.socket.writableNeedDrain)
        await new Promise((resolve) => under.runtime.socket.once('drain', resolve))
    }
    under.runtime.lastChunk()
  })()
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(written).toBeLessThan(total / 2)
  gate.resolve()
  await writing
  const outcome = await sent.outcome
  expect(outcome).toMatchObject({ kind: 'response', status: 202 })
  expect(outcome.body.length).toBe(0)
})

test('a reader that throws cuts the connection', async () => {
  const sent = under.api.send('{}', {
    onChunk: () => {
      throw new Error('enough')
    },
  })
  const { id } = await under.runtime.take()
  await answerStreaming(id)
  under.runtime.chunk('x')
  await under.runtime.closed()
  expect(await sent.outcome).toMatchObject({ kind: 'error', errorType: 'Runtime.TruncatedResponse', aborted: true })
})

test('a stream whose connection breaks is a truncated response', async () => {
  const sent = under.api.send('{}')
  const { id } = await under.runtime.take()
  await answerStreaming(id)
  under.runtime.chunk('the beginning')
  under.runtime.socket.end()
  const refused = await under.runtime.response()
  expect([refused.status, JSON.parse(refused.body.toString()).errorType]).toEqual([400, 'TruncatedHTTPRequest'])
  const outcome = await sent.outcome
  expect(outcome).toMatchObject({ kind: 'error', errorType: 'Runtime.TruncatedResponse', aborted: true, failed: true })
  expect(outcome.text()).toBe('the beginning')
})

test('a buffered answer whose connection breaks is an error for the invoker', async () => {
  const sent = under.api.send('{}')
  const { id } = await under.runtime.take()
  under.runtime.start(`POST /2018-06-01/runtime/invocation/${id}/response`, { 'Content-Length': '10' })
  under.runtime.socket.write('12345')
  under.runtime.socket.destroy()
  const outcome = await sent.outcome
  expect(outcome).toMatchObject({ kind: 'error', aborted: true })
  expect(outcome.json()).toMatchObject({ errorType: 'Runtime.TruncatedResponse' })
})

test('after a truncated answer the classic emulator refuses every /next, if it is asked to be like it', async () => {
  await using stuck = await RuntimeApiServer.start({ stuckAfterBadAnswer: true })
  const sent = stuck.send('{}')
  const first = await RawRuntime.connect(stuck.address)
  const { id } = await first.take()
  first.start(`POST /2018-06-01/runtime/invocation/${id}/response`, streaming)
  first.close()
  await sent.outcome
  const second = await RawRuntime.connect(stuck.address)
  expect((await second.next()).status).toBe(403)
  second.close()
})
