import { createServer } from 'node:http'
import type { Server, ServerResponse, IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HostError } from '@anyhandler/core/host'
import { Exchange } from './exchange.ts'

export interface ServerOptions {
  readonly host: string
  /** 0 = a free one. */
  readonly port: number
  handle(exchange: Exchange): Promise<void>
  /** Something of ours went wrong. */
  failed(error: unknown): void
}

/** An ALB lets heads of up to 64 KB through. */
const mostHeaderBytes = 64 * 1024

/** Listens; each request is handled once. */
export class DevServer {
  readonly #server: Server
  readonly #host: string

  private constructor({ host, handle, failed }: ServerOptions) {
    this.#host = host
    this.#server = createServer(
      { maxHeaderSize: mostHeaderBytes, requestTimeout: 0 },
      (request: IncomingMessage, response: ServerResponse) => {
        const exchange = new Exchange(request, response)
        handle(exchange).catch((error: unknown) => {
          // The client went away while it sent.
          if (request.destroyed && !request.complete) return
          failed(error)
          if (response.headersSent) response.destroy()
          else exchange.text(500, 'anyhandler dev has failed here; its terminal says how')
        })
      },
    )
  }

  /** @throws HostError when the port is taken, or the address isn't this machine's */
  static async listen(options: ServerOptions): Promise<DevServer> {
    const dev = new DevServer(options)
    const { host, port } = options
    await new Promise<void>((resolve, reject) => {
      dev.#server
        .once('error', (error: NodeJS.ErrnoException) => reject(refusalOf(error, host, port)))
        .listen(port, host, resolve)
    })
    return dev
  }

  /** `127.0.0.1:3000`, `[::1]:3000`. */
  get address(): string {
    const { port } = this.#server.address() as AddressInfo
    return `${this.#host.includes(':') ? `[${this.#host}]` : this.#host}:${port}`
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#server.close(() => resolve())
    this.#server.closeAllConnections()
    await promise
  }
}

function refusalOf(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const at = `${host}:${port}`
  const [problem, cure] =
    error.code === 'EADDRINUSE'
      ? [`another program listens on ${at}`, 'end it, or choose another port: --port 3001, or --port 0 for a free one']
      : error.code === 'EACCES'
        ? [`only root may listen on ${at}`, 'choose a port above 1023, such as --port 3000']
        : [`nothing can listen on ${at}: ${error.message}`, "give an address of this machine's own with --host"]
  return new HostError('Runtime.InvalidEnvironment', { problem, cure, cause: error })
}
