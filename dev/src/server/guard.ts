import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

export interface GuardOptions {
  /** The address that the server listens on: `127.0.0.1`, or the value of `--host`. */
  readonly host: string
  readonly token: string
}

const loopback = ['localhost', '127.0.0.1', '::1']

/** Addresses that mean all addresses of the machine. */
const everywhere = ['0.0.0.0', '::']

/**
 * The access rules. A web page that is open in the developer's browser must not reach the functions' Invoke API or this
 * server's own pages. It must not reach them by a request of its own, nor by a DNS name of its own for this machine
 * (DNS rebinding).
 */
export class Guard {
  readonly #options: GuardOptions

  constructor(options: GuardOptions) {
    this.#options = options
  }

  /** True if the `Host` header names this machine. */
  isKnownHost({ headers }: IncomingMessage): boolean {
    const name = hostnameOf(headers.host)
    const { host } = this.#options
    if (name === undefined) return false
    if (loopback.includes(name) || name === host.toLowerCase()) return true
    // An IP address can't be the DNS name of another site.
    return everywhere.includes(host) && isIP(name) !== 0
  }

  /** True if a browser sends the request from another site. Tools send no `Origin`. */
  isForeign(request: IncomingMessage): boolean {
    const { origin, host } = request.headers
    const site = request.headers['sec-fetch-site']
    if (origin !== undefined) return origin !== `http://${host}`
    return site !== undefined && site !== 'same-origin' && site !== 'none'
  }

  /** True if the request comes from the page that this start of the server has made. */
  isOwnPage(request: IncomingMessage): boolean {
    const { origin, host } = request.headers
    const token = request.headers['x-anyhandler-token']
    return origin === `http://${host}` && typeof token === 'string' && isEqual(token, this.#options.token)
  }
}

/** `[::1]:3000` → `::1`. */
function hostnameOf(host: string | undefined): string | undefined {
  const { six, name } = /^(?:\[(?<six>[\da-f:.]+)\]|(?<name>[\w.-]+))(?::\d+)?$/i.exec(host ?? '')?.groups ?? {}
  return (six ?? name)?.toLowerCase()
}

function isEqual(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)]
  return one.length === other.length && timingSafeEqual(one, other)
}
