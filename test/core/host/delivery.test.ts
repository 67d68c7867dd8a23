import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Plugin } from '@anyhandler/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DeadlineTimer } from '../../../core/src/host/deadline-timer.ts'
import { Delivery, PlatformStop } from '../../../core/src/host/delivery.ts'
import { openInvocation } from '../../../core/src/host/invocation.ts'
import type { OpenInvocation } from '../../../core/src/host/invocation.ts'
import { Log } from '../../../core/src/log/log.ts'
import { reportError } from '../../../core/src/response/error-body.ts'
import { RuntimeApi } from '../../../core/src/runtime-api.ts'
import type { NextEvent } from '../../../core/src/runtime-api.ts'
import { openSocketWire } from '../../../core/src/wire/socket.ts'
import { until } from '../../support/served.ts'

/** What the platform does with a post: a status, or how the connection ends. */
type Reaction = number | 'lost behind the body' | 'cut in the body' | 'never'

interface Post {
  readonly path: string
  readonly body: string
  readonly trailers: IncomingMessage['trailers']
}

/** A platform that reacts as it is told, one after the other, and accepts what comes then. */
class Platform {
  readonly posts: Post[] = []
  readonly records: string[] = []
  readonly delivery: Delivery
  readonly api: RuntimeApi
  readonly stop = new AbortController()
  readonly #reactions: Reaction[]
  readonly #timer = new DeadlineTimer()
  readonly #server: Server
  readonly #serve = (request: IncomingMessage, response: ServerResponse): void => {
    const reaction = this.#reactions.shift() ?? 202
    let body = ''
    request.on('error', () => {})
    request.on('data', (part: Buffer) => {
      body += part.toString()
      if (reaction === 'cut in the body') request.socket.destroy()
    })
    request.on('end', () => {
      this.posts.push({ path: request.url ?? '', body, trailers: request.trailers })
      if (reaction === 'lost behind the body') request.socket.destroy()
      else if (typeof reaction === 'number') response.writeHead(reaction).end('{"errorMessage":"because"}')
    })
  }

  static async start(reactions: Reaction[] = [], managedInstances = false): Promise<Platform> {
    const server = createServer()
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return new Platform(server, reactions, managedInstances)
  }

  private constructor(server: Server, reactions: Reaction[], managedInstances: boolean) {
    this.#server = server.on('request', this.#serve)
    this.#reactions = reactions
    const { port } = server.address() as AddressInfo
    this.api = new RuntimeApi(openSocketWire({ host: '127.0.0.1', port }))
    const sink = { write: (record: Uint8Array) => void this.records.push(Buffer.from(record).toString()) }
    const log = new Log({ format: 'text', sink })
    this.delivery = new Delivery({ api: this.api, log, managedInstances, stopped: this.stop.signal })
    onTestFinished(() => {
      this.#timer.close()
      this.api.close()
      this.silence()
    })
  }

  /** It takes no more connections. */
  silence(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  open(event: NextEvent): OpenInvocation {
    const plugin: Plugin = { name: 'test', extensions: [], setup() {}, invoke() {}, cleanup() {} }
    return openInvocation(event, { name: 'hello', plugin: 'test', target: 'hello' }, plugin, this.#timer)
  }

  /** Posts an answer to the event. */
  async respond(event: NextEvent, text = `answer to ${event.id}`, contentType = 'application/json'): Promise<void> {
    const outgoing = { body: Buffer.from(text), contentType }
    await this.delivery.respond(event, outgoing, this.open(event), reportError)
  }

  get levels(): (string | undefined)[] {
    return this.records.map((record) => record.split('\t')[2])
  }
}

const deadline = Date.now() + 60_000
const eventOf = (id: string, more: Partial<NextEvent> = {}): NextEvent => ({
  id,
  deadline,
  body: Buffer.from('{}'),
  ...more,
})
const paths = ({ posts }: Platform): string[] => posts.map(({ path }) => path.replace(/.*invocation\//, ''))

describe('an answer that is accepted', () => {
  it('is posted once, and the next event is not taken for it', async () => {
    const platform = await Platform.start()
    await platform.respond(eventOf('1'))
    expect(await platform.delivery.again(eventOf('1'))).toBe(false)
    expect(paths(platform)).toEqual(['1/response'])
    expect(platform.records).toEqual([])
  })
})

describe('an answer of which nobody knows whether it arrived', () => {
  it('is posted again when the platform gives the event out again, and only then', async () => {
    const platform = await Platform.start(['lost behind the body'])
    await platform.respond(eventOf('1', { attempt: 'a' }))
    expect(paths(platform)).toEqual(['1/response'])
    expect(await platform.delivery.again(eventOf('1', { attempt: 'a' }))).toBe(true)
    expect(platform.posts.map(({ body }) => body)).toEqual(['answer to 1', 'answer to 1'])
    expect(platform.levels).toEqual(['ERROR', 'WARN'])
    // It has arrived now: the same event once more is a new one.
    expect(await platform.delivery.again(eventOf('1', { attempt: 'a' }))).toBe(false)
  })

  it('is kept whether it is a response or an error', async () => {
    const platform = await Platform.start(['lost behind the body'])
    await platform.delivery.fail(eventOf('1'), reportError(new Error('no')), undefined)
    expect(await platform.delivery.again(eventOf('1'))).toBe(true)
    expect(paths(platform)).toEqual(['1/error', '1/error'])
    expect(platform.posts[1]).toEqual(platform.posts[0])
  })

  it.each([
    ['another id', eventOf('2')],
    ['another attempt', eventOf('1', { attempt: 'b' })],
    ['another deadline', eventOf('1', { deadline: deadline + 1 })],
  ])('is forgotten when an event with %s comes', async (_what, next) => {
    const platform = await Platform.start(['lost behind the body'])
    await platform.respond(eventOf('1'))
    expect(await platform.delivery.again(next)).toBe(false)
    expect(await platform.delivery.again(eventOf('1'))).toBe(false)
    expect(paths(platform)).toEqual(['1/response'])
  })

  it('is posted again three times; then the platform is given up', async () => {
    const platform = await Platform.start([
      'lost behind the body',
      'lost behind the body',
      'lost behind the body',
      'lost behind the body',
    ])
    await platform.respond(eventOf('1'))
    for (let time = 0; time < 3; time++) expect(await platform.delivery.again(eventOf('1'))).toBe(true)
    await expect(platform.delivery.again(eventOf('1'))).rejects.toThrow(
      new PlatformStop('the answer to event 1 was lost 4 times'),
    )
    expect(paths(platform)).toHaveLength(4)
  })

  it('is one whose connection could not be made, on the classic platform', async () => {
    const platform = await Platform.start()
    platform.silence()
    await platform.respond(eventOf('1'))
    await expect(platform.delivery.again(eventOf('1'))).resolves.toBe(true)
    expect(platform.levels).toEqual(['ERROR', 'WARN', 'ERROR'])
  })
})

describe('an answer that is refused', () => {
  it.each([400, 403, 413])('with %i is logged and not posted again', async (status) => {
    const platform = await Platform.start([status])
    await platform.respond(eventOf('1'))
    expect(platform.records.join('')).toMatch(
      new RegExp(`\\t1\\tERROR\\t.*the Runtime API answered ${status}.*because`),
    )
    expect(await platform.delivery.again(eventOf('1'))).toBe(false)
    expect(paths(platform)).toEqual(['1/response'])
  })

  it('with 500 means the end on the classic platform, and there only', async () => {
    const classic = await Platform.start([500])
    await expect(classic.respond(eventOf('1'))).rejects.toThrow(PlatformStop)
    const managed = await Platform.start([500], true)
    await managed.respond(eventOf('1'))
    expect(managed.levels).toEqual(['ERROR'])
  })

  it('by our own connection, which can’t carry its content type, becomes an error', async () => {
    const platform = await Platform.start()
    await platform.respond(eventOf('1'), 'x', 'text/plain\r\nx: y')
    expect(paths(platform)).toEqual(['1/error'])
    expect(JSON.parse(platform.posts[0]?.body ?? '')).toMatchObject({ errorType: 'Runtime.MarshalError' })
  })

  it('by nobody, because the host closed the connection, is not even logged', async () => {
    const platform = await Platform.start(['never'])
    const responding = platform.respond(eventOf('1'))
    await until(() => platform.posts.length === 1)
    platform.api.close()
    await responding
    expect(platform.records).toEqual([])
    expect(await platform.delivery.again(eventOf('1'))).toBe(false)
  })
})

describe('without a connection on Managed Instances', () => {
  it('a post is tried again with longer and longer pauses, which the end of the host cuts short', async () => {
    const platform = await Platform.start([], true)
    platform.silence()
    let isOver = false
    const responding = platform.respond(eventOf('1')).finally(() => (isOver = true))
    await sleep(150)
    expect([isOver, platform.records]).toEqual([false, []])
    platform.stop.abort()
    // Five more tries would take 3 s. Turns of the event loop and not time: the machine may stand still.
    for (let turn = 0; turn < 200 && !isOver; turn++) await sleep(1)
    expect(isOver).toBe(true)
    await responding
    expect(platform.levels).toEqual(['ERROR'])
  })

  it('an answer that was lost behind its body is not posted twice by itself', async () => {
    const platform = await Platform.start(['lost behind the body'], true)
    await platform.respond(eventOf('1'))
    await sleep(150)
    expect(paths(platform)).toEqual(['1/response'])
  })
})

describe('a streamed answer', () => {
  const contentType = 'application/octet-stream'

  async function stream(
    platform: Platform,
    body: AsyncIterable<Uint8Array>,
    prelude?: Uint8Array,
  ): Promise<OpenInvocation> {
    const event = eventOf('1')
    const open = platform.open(event)
    await platform.delivery.respond(event, { body, contentType, ...(prelude && { prelude }) }, open, reportError)
    return open
  }

  it('goes out with its prelude, and its producer is left alone', async () => {
    const platform = await Platform.start()
    const open = await stream(
      platform,
      (async function* () {
        yield Buffer.from('one ')
        yield Buffer.from('two')
      })(),
      Buffer.from('head '),
    )
    expect(platform.posts.map(({ body, trailers }) => [body, trailers])).toEqual([['head one two', {}]])
    expect(open.invocation.signal.aborted).toBe(false)
  })

  it('that fails midway says so in the trailers, and its producer is told to end', async () => {
    const platform = await Platform.start()
    const open = await stream(
      platform,
      (async function* () {
        yield Buffer.from('one')
        throw new TypeError('broke')
      })(),
    )
    expect(platform.posts[0]?.body).toBe('one')
    expect(platform.posts[0]?.trailers).toHaveProperty('lambda-runtime-function-error-type')
    expect(open.invocation.signal.aborted).toBe(true)
  })

  it('that fails before its first byte is not posted', async () => {
    const platform = await Platform.start()
    const body = (async function* () {
      yield Buffer.alloc(0)
      throw new TypeError('broke')
    })()
    await expect(stream(platform, body, Buffer.from('head'))).rejects.toThrow('broke')
    expect(platform.posts).toEqual([])
  })

  it('whose connection breaks ends its producer; for the event that comes again there is an error', async () => {
    const platform = await Platform.start(['cut in the body'])
    let ended = false
    const open = await stream(
      platform,
      (async function* () {
        try {
          for (;;) {
            yield Buffer.alloc(10_000)
            await sleep(1)
          }
        } finally {
          ended = true
        }
      })(),
    )
    await until(() => ended)
    expect(open.invocation.signal.reason).toMatchObject({ errorType: 'Function.StreamAborted' })
    expect(await platform.delivery.again(eventOf('1'))).toBe(true)
    expect(paths(platform)).toEqual(['1/error'])
    expect(JSON.parse(platform.posts[0]?.body ?? '')).toMatchObject({ errorType: 'Runtime.TruncatedResponse' })
  })

  it('that the platform refuses at once ends its producer', async () => {
    const platform = await Platform.start()
    platform.silence()
    let ended = false
    await stream(
      platform,
      (async function* () {
        try {
          for (;;) yield Buffer.from('x')
        } finally {
          ended = true
        }
      })(),
    )
    await until(() => ended)
    expect(platform.levels).toEqual(['ERROR'])
  })
})
