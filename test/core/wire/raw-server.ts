import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { WireAddress } from '../../../core/src/wire/wire.ts'

export interface RawRequest {
  readonly head: string
  readonly body: Buffer
  /** Which connection of the server it came on, from 0. */
  readonly connection: number
  readonly socket: Socket
}

export interface RawServer {
  readonly address: WireAddress
  readonly requests: RawRequest[]
  /** Connections so far. */
  readonly connections: Socket[]
  close(): Promise<void>
}

/**
 * A server that answers with whatever bytes the test likes. `answer` is called for each whole request with a length (or
 * none); a chunked one counts as whole when its head is.
 */
export async function startRawServer(
  answer: (request: RawRequest, count: number) => void,
  port = 0,
): Promise<RawServer> {
  const requests: RawRequest[] = []
  const connections: Socket[] = []
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = connections.push(socket) - 1
    let held = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      held = Buffer.concat([held, bytes])
      for (;;) {
        const end = held.indexOf('\r\n\r\n')
        if (end < 0) return
        const head = held.toString('latin1', 0, end)
        const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0)
        if (held.length < end + 4 + length) return
        const request = { head, body: Buffer.from(held.subarray(end + 4, end + 4 + length)), connection, socket }
        held = /^transfer-encoding/im.test(head) ? Buffer.alloc(0) : held.subarray(end + 4 + length)
        answer(request, requests.push(request))
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    requests,
    connections,
    close() {
      for (const socket of connections) socket.destroy()
      return new Promise((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}
