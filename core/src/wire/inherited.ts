import { closeSync, fstatSync, openSync } from 'node:fs'
import { connect } from 'node:net'
import { Connection, readSize } from './connection.ts'
import type { ConnectionOwner } from './connection.ts'
import { hostOf, renderRequestHead } from './request-head.ts'
import { exchangeByRequest, WireError } from './wire.ts'
import type { ExchangeEnd, Wire, WireAddress, WireFactory, WireRequest, WireResponse } from './wire.ts'

/** `process.execve` keeps only the standard descriptors, and a host doesn't need this one. */
const descriptor = 0
/** The peer is on the same machine: if it takes longer, it is not running. */
const sendMs = 100

/**
 * Sends a GET on a connection that survives `process.execve`: the next process reads the answer with {@link
 * openInheritedWire}. The connection replaces standard input.
 * @returns `false` if that was not possible; nothing was sent then
 */
export function sendAhead(address: WireAddress, request: WireRequest): Promise<boolean> {
  return new Promise((resolve) => {
    // A new socket gets the lowest free number.
    closeSync(descriptor)
    const socket = connect({ host: address.host, port: address.port, noDelay: true })
    // Bytes that this process reads would be lost for the next process.
    socket.pause()
    const end = (sent: boolean): void => {
      clearTimeout(timer)
      if (!sent) {
        socket.destroy()
        fillDescriptor()
      }
      resolve(sent)
    }
    const timer = setTimeout(end, sendMs, false)
    socket.on('error', () => end(false))
    socket.once('connect', () => {
      // Another thread may have taken the number.
      if (!holdsSocket()) return end(false)
      // From here on the answer belongs to the next process.
      clearTimeout(timer)
      socket.write(renderRequestHead(request, hostOf(address)), 'latin1', () => end(true))
    })
  })
}

/**
 * Makes wires for the process after {@link sendAhead}: the first GET is sent already, and all later requests use a wire
 * of the given kind.
 */
export function openInheritedWire(address: WireAddress, openWire: WireFactory): Wire {
  const wire = openWire(address)
  return holdsSocket() ? new InheritedWire(address, wire) : wire
}

class InheritedWire implements Wire, ConnectionOwner {
  readonly #address: WireAddress
  readonly #wire: Wire
  #state: 'unread' | 'reading' | 'over' = 'unread'
  #connection: Connection | undefined
  #resolve: (response: WireResponse) => void = () => {}
  #reject: (error: WireError) => void = () => {}

  constructor(address: WireAddress, wire: Wire) {
    this.#address = address
    this.#wire = wire
  }

  open(): void {
    this.#wire.open?.()
  }

  request(request: WireRequest): Promise<WireResponse> {
    if (this.#state !== 'unread' || request.method !== 'GET') return this.#wire.request(request)
    return new Promise((resolve, reject) => {
      this.#state = 'reading'
      this.#resolve = resolve
      this.#reject = reject
      this.#connection = new Connection(this.#address, this, Buffer.allocUnsafeSlow(readSize), descriptor)
    })
  }

  exchange<Value>(request: WireRequest, end: ExchangeEnd<Value>): Promise<Value> {
    if (this.#state === 'over') return this.#wire.exchange(request, end)
    return exchangeByRequest(this, request, end)
  }

  close(): void {
    this.#wire.close()
    if (this.#state === 'reading') this.lost(undefined, new WireError('closed', 'the host closed the connection'))
  }

  answered(_connection: Connection, response: WireResponse): void {
    this.#end()
    this.#resolve(response)
  }

  lost(_connection: Connection | undefined, error: WireError): void {
    this.#end()
    this.#reject(error)
  }

  #end(): void {
    this.#state = 'over'
    this.#connection?.drop()
    fillDescriptor()
  }
}

function holdsSocket(): boolean {
  try {
    return fstatSync(descriptor).isSocket()
  } catch {
    return false
  }
}

/** No other file may get the number of standard input, because `process.execve` would keep it open. */
function fillDescriptor(): void {
  try {
    fstatSync(descriptor)
  } catch {
    openSync('/dev/null', 'r')
  }
}
