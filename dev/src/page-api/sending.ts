import { randomUUID } from 'node:crypto'
import type { RequestKind } from '@anyhandler/core/http'
import { AnswerSink } from '../front/answer-sink.ts'
import type { Front } from '../front/front.ts'
import { wayOf } from '../front/way.ts'
import type { Functions } from '../functions/functions.ts'
import { arnOf, newTraceId } from '../functions/identity.ts'
import { finish, tryOnce } from '../functions/serving.ts'
import type { EventQueue } from '../invoke-api/event-queue.ts'
import type { InvokeApi } from '../invoke-api/invoke-api.ts'
import type { Invocation } from '../records/invocation.ts'
import type { Header } from '../records/record.ts'

export interface SendingOptions {
  readonly functions: Functions
  readonly front: Front
  readonly invokeApi: InvokeApi
  readonly queue: EventQueue
  readonly region: string
  readonly kind: RequestKind
  readonly host: string
}

/** Front doors that the form may choose from. */
const kinds: readonly RequestKind[] = ['url', 'rest', 'http', 'http-1.0', 'alb', 'alb-multi', 'lattice', 'lattice-1']

type Fields = Readonly<Record<string, unknown>>

/** Something in the page's own request is wrong. */
export class PageError extends Error {
  override readonly name = 'PageError'
}

/** The content of the page's form. */
export class Sending {
  readonly #options: SendingOptions

  constructor(options: SendingOptions) {
    this.#options = options
  }

  /** `{ function, event, type? }`. @throws PageError */
  async invoke(fields: Fields): Promise<Invocation> {
    const { functions, invokeApi, queue, region } = this.#options
    const { function: name, event = {}, type = 'RequestResponse' } = fields
    const one = typeof name === 'string' ? await functions.find(name) : undefined
    if (!one)
      throw new PageError(`there is no function ${JSON.stringify(name)}; there are ${functions.names.join(', ')}`)
    if (type !== 'RequestResponse' && type !== 'Event') throw new PageError('type must be RequestResponse or Event')
    const invocation = invokeApi.open(one, {
      id: randomUUID(),
      event: Buffer.from(JSON.stringify(event)),
      via: 'page',
      type,
    })
    const job = { functionArn: arnOf(region, one.entry.name), traceId: newTraceId() }
    if (type === 'Event') void queue.run(invocation, one, job)
    else void tryOnce(invocation, one, job).then(({ served, rest }) => finish(invocation, rest, !served.failed))
    return invocation
  }

  /** `{ function?, method, target, headers?, body? | bodyBase64?, as? }`. @throws PageError */
  async http(fields: Fields): Promise<Invocation> {
    const { functions, front, kind, host } = this.#options
    const { function: name, method, target, headers = [], body, bodyBase64, as = kind } = fields
    if (typeof method !== 'string' || !/^[A-Z]+$/.test(method))
      throw new PageError('method must be one in capitals, such as GET')
    if (typeof target !== 'string' || !/^\/[!-~]*$/.test(target))
      throw new PageError('target must be a path, such as /links?x=1')
    const chosen = kinds.find((known) => known === as)
    if (!chosen) throw new PageError(`as must be one of ${kinds.join(', ')}`)
    const one = typeof name === 'string' ? await functions.find(name) : undefined
    const way = one ? { one, target } : await wayOf(target, functions)
    if (!way) throw new PageError(`no handler answers ${target}; there are ${functions.names.join(', ')}`)
    const bytes =
      typeof bodyBase64 === 'string'
        ? Buffer.from(bodyBase64, 'base64')
        : Buffer.from(typeof body === 'string' ? body : '')
    const given = headersOf(headers)
    const all: readonly Header[] = given.some(([key]) => key.toLowerCase() === 'host')
      ? given
      : [['host', host], ...given]
    const request = {
      method,
      target: way.target,
      headers: all,
      body: bytes,
      kind: chosen,
      via: 'page',
      sourceIp: '127.0.0.1',
    } as const
    return front.send(way.one, request, new AnswerSink())
  }
}

const wrongHeaders = 'headers must be a list of pairs, each a name and a value in one line'

function headersOf(given: unknown): readonly Header[] {
  if (!Array.isArray(given)) throw new PageError(wrongHeaders)
  return given.map((pair: unknown) => {
    const [name, value] = Array.isArray(pair) ? (pair as unknown[]) : []
    if (
      typeof name !== 'string' ||
      !/^[-\w!#$%&'*+.^`|~]+$/.test(name) ||
      typeof value !== 'string' ||
      /[\r\n\0]/.test(value)
    )
      throw new PageError(wrongHeaders)
    return [name, value]
  })
}
