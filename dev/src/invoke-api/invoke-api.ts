import { randomUUID } from 'node:crypto'
import type { DevFunction } from '../functions/dev-function.ts'
import type { Functions } from '../functions/functions.ts'
import { arnOf, newTraceId } from '../functions/identity.ts'
import { finish, tryOnce } from '../functions/serving.ts'
import type { Invocation } from '../records/invocation.ts'
import type { Via } from '../records/record.ts'
import type { Store } from '../records/store.ts'
import type { Exchange } from '../server/exchange.ts'
import { callOf } from './call.ts'
import type { InvokeCall, Operation } from './call.ts'
import { InvokeError, replyWithError } from './errors.ts'
import { eventMessage } from './event-stream.ts'
import type { EventQueue } from './event-queue.ts'
import { logTail } from './log-tail.ts'
import { drained } from '../server/drained.ts'

export interface InvokeApiOptions {
  readonly functions: Functions
  readonly store: Store
  readonly queue: EventQueue
  readonly region: string
  /** MiB that functions are told. */
  readonly memorySize: number
}

/** Bytes of a request; an answer's limit is that of the Runtime API. */
const mostBytes = 6 * 1024 * 1024
const mostEventBytes = 1024 * 1024

/** Lambda's API for invocations, as AWS's SDKs and command line speak it. Signatures aren't looked at. */
export class InvokeApi {
  readonly #options: InvokeApiOptions

  constructor(options: InvokeApiOptions) {
    this.#options = options
  }

  async handle(exchange: Exchange, operation: Operation): Promise<void> {
    const id = randomUUID()
    try {
      if (exchange.method !== 'POST')
        throw new InvokeError('UnknownOperationException', `an invocation is a POST request, not ${exchange.method}`)
      const call = callOf(exchange, operation)
      const one = await this.#find(call)
      const event = await readEvent(exchange, call, operation)
      if (call.type === 'DryRun') return exchange.reply(204, executed(id))
      const stream = operation.kind === 'InvokeWithResponseStream' && call.type !== 'Event'
      const invocation = this.open(one, { id, event, via: 'invoke', type: stream ? 'ResponseStream' : call.type })
      if (call.type === 'Event') {
        void this.#options.queue.run(invocation, one, this.#jobOf(call, newTraceId()))
        return exchange.reply(202, [['x-amzn-RequestId', id]])
      }
      await (stream ? this.#stream(exchange, invocation, one, call) : this.#respond(exchange, invocation, one, call))
    } catch (error) {
      if (!(error instanceof InvokeError)) throw error
      replyWithError(exchange, id, error)
    }
  }

  open(
    one: DevFunction,
    start: {
      readonly id: string
      readonly event: Uint8Array
      readonly via: Via
      readonly type: 'RequestResponse' | 'Event' | 'ResponseStream'
    },
  ): Invocation {
    const titles = { RequestResponse: 'invoke', Event: 'invoke, asynchronous', ResponseStream: 'invoke, streamed' }
    return this.#options.store.open({ ...start, function: one.entry.name, title: titles[start.type] })
  }

  async #find({ name, qualifier }: InvokeCall): Promise<DevFunction> {
    const { functions } = this.#options
    // `sql:report` is a handler's name, and not the version `report` of `sql`.
    const one =
      (await functions.find(name)) ??
      (qualifier === undefined ? undefined : await functions.find(`${name}:${qualifier}`))
    if (one) return one
    const names = functions.names
    const known = names.length === 0 ? 'there is no handler in this folder' : `there are ${names.join(', ')}`
    throw new InvokeError(
      'ResourceNotFoundException',
      `Function not found: ${arnOf(this.#options.region, name, qualifier)} (${known})`,
    )
  }

  #jobOf({ name, qualifier, clientContext, tenantId }: InvokeCall, traceId: string) {
    return {
      functionArn: arnOf(this.#options.region, name, qualifier),
      traceId,
      ...(clientContext !== undefined && { clientContext }),
      ...(tenantId !== undefined && { tenantId }),
    }
  }

  async #respond(exchange: Exchange, invocation: Invocation, one: DevFunction, call: InvokeCall): Promise<void> {
    const traceId = call.traceId ?? newTraceId()
    const { served, rest } = await tryOnce(invocation, one, this.#jobOf(call, traceId))
    const { failed, contentType = 'application/json', streamError } = served
    const body = streamError?.body ?? served.body
    if (call.wantsLog) await rest
    const headers = [
      ['content-type', failed ? 'application/json' : contentType],
      ...executed(invocation.id),
      ['x-amzn-trace-id', traceId],
      ...(failed ? [['X-Amz-Function-Error', 'Unhandled'] as const] : []),
      ...(call.wantsLog ? [['X-Amz-Log-Result', logTail(invocation, this.#options.memorySize)] as const] : []),
    ] as const
    exchange.reply(200, headers, body)
    invocation.timings = { ...invocation.timings, answer: Date.now() - served.answeredAt }
    await finish(invocation, rest, !failed)
  }

  async #stream(exchange: Exchange, invocation: Invocation, one: DevFunction, call: InvokeCall): Promise<void> {
    const { response } = exchange
    const begin = (): void => {
      if (response.headersSent || response.destroyed) return
      const headers = [['content-type', 'application/vnd.amazon.eventstream'], ...executed(invocation.id)]
      response.writeHead(200, headers.flat() as string[])
    }
    let isStreamed = false
    const { served, rest } = await tryOnce(invocation, one, {
      ...this.#jobOf(call, call.traceId ?? newTraceId()),
      onAnswer: (head) => (isStreamed = head.streamed && head.kind === 'response'),
      async onChunk(bytes) {
        if (!isStreamed) return
        begin()
        if (!response.destroyed && !response.write(chunkOf(bytes))) await drained(response)
      },
    })
    begin()
    if (!served.streamed && !served.failed) response.write(chunkOf(served.body))
    if (call.wantsLog) await rest
    const log = call.wantsLog ? { LogResult: logTail(invocation, this.#options.memorySize) } : {}
    const complete = { ...(served.failed && failureOf(served)), ...log }
    response.end(eventMessage('InvokeComplete', 'application/json', Buffer.from(JSON.stringify(complete))))
    invocation.timings = { ...invocation.timings, answer: Date.now() - served.answeredAt }
    await finish(invocation, rest, !served.failed)
  }
}

function chunkOf(bytes: Uint8Array): Buffer {
  return eventMessage('PayloadChunk', 'application/octet-stream', bytes)
}

function failureOf({
  errorType,
  streamError,
  body,
}: {
  readonly errorType?: string | undefined
  readonly streamError?: { readonly errorType: string; readonly body: Buffer } | undefined
  readonly body: Buffer
}) {
  return {
    ErrorCode: streamError?.errorType ?? errorType ?? 'Unhandled',
    ErrorDetails: (streamError?.body ?? body).toString(),
  }
}

function executed(id: string): readonly (readonly [string, string])[] {
  return [
    ['x-amzn-RequestId', id],
    ['X-Amz-Executed-Version', '$LATEST'],
  ]
}

/** An event without a body is `{}`. @throws InvokeError */
async function readEvent(exchange: Exchange, { type }: InvokeCall, { kind }: Operation): Promise<Buffer> {
  const limit = type === 'Event' ? mostEventBytes : mostBytes
  const body = await exchange.body(limit)
  if (!body) {
    const operation = kind === 'InvokeAsync' ? 'InvokeAsync' : kind === 'Invoke' ? 'InvokeFunction' : kind
    throw new InvokeError(
      'RequestTooLargeException',
      `Request must be smaller than ${limit} bytes for the ${operation} operation`,
    )
  }
  if (body.length === 0) return Buffer.from('{}')
  try {
    JSON.parse(body.toString())
    return body
  } catch (error) {
    throw new InvokeError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
    )
  }
}
