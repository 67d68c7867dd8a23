import { expect } from 'vitest'
import { makeEvent } from '@anyhandler/core/http'
import type { RequestKind } from '@anyhandler/core/http'
import { sample } from '../../core/events/samples.ts'
import type { Emulated } from './lambda.ts'

/** One front door of each dialect. */
const dialects = ['rest', 'http', 'url', 'alb'] as const

/**
 * Goes through examples/shop as its README does: each dialect makes an order and reads it, then come three kinds of
 * batches and a schedule.
 */
export async function walkThroughShop(lambda: Emulated): Promise<void> {
  const ask = async (kind: RequestKind, line: string, body?: object): Promise<{ status: number; body: string }> => {
    const [method = '', target = ''] = line.split(' ')
    const headers = [
      ['content-type', 'application/json'],
      ['x-secret', 'secret'],
    ] as const
    const data = body && { body: Buffer.from(JSON.stringify(body)) }
    const { text } = await lambda.invoke(makeEvent({ method, target, headers, time: 0, ...data }, kind))
    const answer = JSON.parse(text) as { statusCode: number; body: string }
    return { status: answer.statusCode, body: answer.body }
  }
  for (const [index, kind] of dialects.entries()) {
    const id = index + 1
    expect(await ask(kind, 'POST /orders', { sku: 'pen', count: id })).toEqual({ status: 201, body: `{"id":${id}}` })
    expect(JSON.parse((await ask(kind, `GET /orders/${id}`)).body)).toMatchObject({ cents: 120 * id, paid: false })
    expect((await ask(kind, `GET /orders/${id}/receipt`)).body).toBe(`Receipt\nOrder ${id}\n`)
    expect(await ask(kind, 'POST /hooks/payment', { order: id })).toEqual({ status: 202, body: `{"order": ${id}}` })
    expect(await ask(kind, 'GET /products/none')).toMatchObject({ status: 404 })
    expect(await ask(kind, 'GET /nowhere')).toEqual({ status: 404, body: '{"message":"Not Found"}' })
    expect(await ask(kind, 'DELETE /orders')).toEqual({ status: 405, body: '{"message":"Method Not Allowed"}' })
  }
  expect(
    JSON.parse((await lambda.invoke(payments('{"order": 1}', 'no payment', '{"order": 99}', '{"order": 4}'))).text),
  ).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }] })
  expect(JSON.parse((await ask('http', 'GET /orders/4')).body)).toMatchObject({ paid: true })
  expect(JSON.parse((await ask('http', 'GET /orders/2')).body)).toMatchObject({ paid: false })
  expect(JSON.parse((await lambda.invoke(views('ink', 'ink', 'pad'))).text)).toEqual({ batchItemFailures: [] })
  expect(JSON.parse((await ask('alb', 'GET /products')).body)).toMatchObject([
    { sku: 'ink', views: 2 },
    { views: 1 },
    { views: 0 },
  ])
  expect(JSON.parse((await lambda.invoke(stock(5, -1, 3))).text)).toEqual({
    batchItemFailures: [{ itemIdentifier: 's1' }],
  })
  expect((await lambda.invoke(JSON.parse(sample('schedule').toString()))).text).toBe('"done"\n')
}

function payments(...bodies: readonly string[]): object {
  const eventSourceARN = 'arn:aws:sqs:eu-central-1:123456789012:payments'
  return {
    Records: bodies.map((body, index) => ({
      messageId: `m${index}`,
      receiptHandle: 'x',
      body,
      eventSource: 'aws:sqs',
      eventSourceARN,
    })),
  }
}

function views(...skus: readonly string[]): object {
  const eventSourceARN = 'arn:aws:kinesis:eu-central-1:123456789012:stream/views'
  return {
    Records: skus.map((sku, index) => ({
      kinesis: { sequenceNumber: `k${index}`, data: Buffer.from(JSON.stringify({ sku })).toString('base64') },
      eventSource: 'aws:kinesis',
      eventSourceARN,
    })),
  }
}

function stock(...counts: readonly number[]): object {
  const eventSourceARN = 'arn:aws:dynamodb:eu-central-1:123456789012:table/stock/stream/2026-11-28T00:00:00.000'
  return {
    Records: counts.map((count, index) => ({
      eventSource: 'aws:dynamodb',
      dynamodb: { SequenceNumber: `s${index}`, NewImage: { sku: { S: 'pen' }, count: { N: String(count) } } },
      eventSourceARN,
    })),
  }
}
