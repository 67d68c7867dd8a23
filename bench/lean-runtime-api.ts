import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { RequestParser } from './request-parser.ts'

export interface BurstPlan {
  /** How many events are given, one as soon as another is answered. */
  readonly events: number
  /** The event's JSON. */
  readonly event: Buffer
  /** How many are under way at once, if the runtime asks for so many. */
  readonly concurrency?: number
}

export interface Burst {
  /** Microseconds from an event's last byte out to its answer's last byte in, in the order of the answers. */
  readonly times: readonly number[]
  /** Microseconds from the first event out to the last answer in. */
  readonly total: number
  /** `process.hrtime.bigint()` at which the last answer was in. */
  readonly end: bigint
  readonly lastAnswer: Buffer
  /** Microseconds of CPU time that this process, the load generator, spent on it. */
  readonly generatorCpu: number
}

interface Running extends BurstPlan {
  readonly times: number[]
  readonly cpu: NodeJS.CpuUsage
  readonly resolve: (burst: Burst) => void
  readonly reject: (error: Error) => void
  begin: bigint
  given: number
  underWay: number
}

const accepted =
  'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"status":"OK"}\n'
const arn = 'arn:aws:lambda:us-east-1:012345678912:function:bench'
const trace = 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1'
/** Up to this size an event leaves as one string with its head, which is the cheapest write there is. */
const smallEvent = 16 * 1024

/**
 * A Runtime API that costs next to nothing, so that what is measured is the runtime: one write an answer, no HTTP
 * library. It gives its events in bursts; between them, a runtime waits for the next one as long as it takes.
 */
export class LeanRuntimeApi {
  readonly address: string
  readonly #close: () => void
  readonly #waiting: Socket[] = []
  readonly #started = new Map<string, bigint>()
  #running: Running | undefined
  #count = 0
  #broken: Error | undefined

  static async open(): Promise<LeanRuntimeApi> {
    const server = createServer({ noDelay: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const sockets = new Set<Socket>()
    const api = new LeanRuntimeApi(`127.0.0.1:${(server.address() as AddressInfo).port}`, () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    server.on('connection', (socket) => {
      sockets.add(socket)
      const parser = new RequestParser((method, path, body) => api.#request(socket, method, path, body))
      socket.on('data', (chunk) => parser.push(chunk))
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        const at = api.#waiting.indexOf(socket)
        if (at >= 0) api.#waiting.splice(at, 1)
      })
    })
    return api
  }

  private constructor(address: string, close: () => void) {
    this.address = address
    this.#close = close
  }

  /** Rejects when the runtime reports an error, or when `fail` is called. */
  burst(plan: BurstPlan): Promise<Burst> {
    return new Promise((resolve, reject) => {
      if (this.#broken) throw this.#broken
      this.#running = { ...plan, times: [], cpu: process.cpuUsage(), resolve, reject, begin: 0n, given: 0, underWay: 0 }
      for (const socket of this.#waiting.splice(0)) this.#give(socket)
    })
  }

  /** The runtime is gone. */
  fail(error: Error): void {
    this.#broken = error
    this.#running?.reject(error)
    this.#running = undefined
  }

  close(): void {
    this.#close()
  }

  #request(socket: Socket, method: string, path: string, body: Buffer): void {
    if (method === 'GET') {
      this.#give(socket)
      return
    }
    const now = process.hrtime.bigint()
    socket.write(accepted, 'latin1')
    const [id = '', verb] = path.split('/').slice(-2)
    const from = this.#started.get(id)
    const running = this.#running
    if (verb !== 'response' || from === undefined || !running) {
      this.fail(new Error(`${path}: ${body.toString('utf8', 0, 500)}`))
      return
    }
    this.#started.delete(id)
    running.underWay -= 1
    running.times.push(Number(now - from) / 1000)
    if (running.times.length === running.events) this.#finish(running, now, body)
    else if (this.#waiting.length > 0) this.#give(this.#waiting.pop() as Socket)
  }

  #finish(running: Running, end: bigint, lastAnswer: Buffer): void {
    this.#running = undefined
    const { user, system } = process.cpuUsage(running.cpu)
    running.resolve({
      times: running.times,
      total: Number(end - running.begin) / 1000,
      end,
      lastAnswer,
      generatorCpu: user + system,
    })
  }

  #give(socket: Socket): void {
    const running = this.#running
    if (!running || running.given === running.events || running.underWay === (running.concurrency ?? 1)) {
      this.#waiting.push(socket)
      return
    }
    running.given += 1
    running.underWay += 1
    this.#count += 1
    const { event } = running
    const id = `8476a536-e9f4-11e8-9739-${String(this.#count).padStart(12, '0')}`
    const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: ${id}\r\nLambda-Runtime-Deadline-Ms: ${Date.now() + 60_000}\r\nLambda-Runtime-Invoked-Function-Arn: ${arn}\r\nLambda-Runtime-Trace-Id: ${trace}\r\nContent-Length: ${event.length}\r\n\r\n`
    const now = process.hrtime.bigint()
    running.begin ||= now
    this.#started.set(id, now)
    if (event.length <= smallEvent) {
      socket.write(head + event.toString('latin1'), 'latin1')
    } else {
      socket.cork()
      socket.write(head, 'latin1')
      socket.write(event)
      socket.uncork()
    }
  }
}
