import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** What one connection brought, and how it ended. */
export interface RawConnection {
  received: string
  /** The runtime closed it. */
  closed: boolean
  write(text: string): void
}

/** A Runtime API that is nothing but a socket: the test reads the bytes and writes the answers itself. */
export class RawApi {
  readonly connections: RawConnection[] = []
  readonly #server = createServer((socket) => this.#accept(socket))
  readonly #sockets = new Set<Socket>()

  static async start(): Promise<RawApi> {
    const api = new RawApi()
    await new Promise<void>((resolve) => {
      api.#server.listen(0, '127.0.0.1', resolve)
    })
    onTestFinished(() => {
      for (const socket of api.#sockets) socket.destroy()
      api.#server.close()
    })
    return api
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    const connection: RawConnection = {
      received: '',
      closed: false,
      write: (text) => void socket.write(text, 'latin1'),
    }
    this.connections.push(connection)
    socket.on('data', (bytes: Buffer) => (connection.received += bytes.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => (connection.closed = true))
  }
}

/** An answer to `/next`. */
export function rawEvent(id: string, event: string): string {
  return `HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: ${id}\r\nLambda-Runtime-Deadline-Ms: ${Date.now() + 60_000}\r\nContent-Length: ${event.length}\r\n\r\n${event}`
}

export const accepted = 'HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n'
