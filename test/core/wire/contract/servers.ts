import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Wire, WireFactory, WireRequest } from '../../../../core/src/wire/wire.ts'
import { startRawServer } from '../raw-server.ts'
import type { RawRequest, RawServer } from '../raw-server.ts'

export const get: WireRequest = { method: 'GET', path: '/next' }
export const post: WireRequest = { method: 'POST', path: '/response', body: Buffer.from('answer') }
export const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

export interface HttpServer {
  readonly wire: Wire
  /** Connections so far. */
  readonly connections: readonly unknown[]
}

/** A wire to a server of Node's own; both are closed when the test is over. */
export async function wireToHttp(open: WireFactory, listener: RequestListener): Promise<HttpServer> {
  const server = createServer(listener)
  const connections: unknown[] = []
  server.on('connection', (socket) => connections.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const wire = open({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  onTestFinished(() => {
    wire.close()
    server.close()
    server.closeAllConnections()
  })
  return { wire, connections }
}

/** A wire to a server that answers with any bytes; both are closed when the test is over. */
export async function wireToRaw(
  open: WireFactory,
  answer: (request: RawRequest, count: number) => void,
  port?: number,
): Promise<{ wire: Wire; server: RawServer }> {
  const server = await startRawServer(answer, port)
  const wire = open(server.address)
  onTestFinished(() => {
    wire.close()
    return server.close()
  })
  return { wire, server }
}

export async function* parts(list: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of list) yield Buffer.from(part)
}

/** Yields the parts and then waits for ever; counts the calls of `return()`, which fail. */
export function stoppable(texts: readonly unknown[] = []): {
  readonly body: AsyncIterable<Uint8Array>
  readonly returned: number
} {
  let at = 0
  let returned = 0
  const iterator: AsyncIterator<Uint8Array> = {
    next() {
      if (at === texts.length) return new Promise(() => {})
      const part = texts[at++]
      return Promise.resolve({
        done: false,
        value: typeof part === 'string' ? Buffer.from(part) : (part as Uint8Array),
      })
    },
    return() {
      returned++
      return Promise.reject(new Error('clean-up fails'))
    },
  }
  return {
    body: { [Symbol.asyncIterator]: () => iterator },
    get returned() {
      return returned
    },
  }
}

export async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const part of request) all.push(part as Buffer)
  return Buffer.concat(all)
}
