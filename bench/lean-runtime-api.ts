import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/**
 * A Runtime API that costs next to nothing, so that what is measured is the runtime: one socket write an answer, no HTTP library. It gives one event after the
 * other to whoever asks, and notes the time from the event's last byte out to the answer's last byte in.
 */
export interface LeanRun {
  /** Microseconds of each event, in order. */
  readonly times: readonly number[]
  /** Milliseconds since the epoch at which the first answer was complete. */
  readonly firstAnswer: number
  /** Body of the last answer. */
  readonly lastAnswer: string
  /** Microseconds from the first event out to the last answer in. */
  readonly total: number
}

export interface LeanOptions {
  /** How many events are given. */
  readonly events: number
  /** The event's JSON. */
  readonly event: string | Buffer
  /** How many may be under way at once. */
  readonly concurrency?: number
}

export interface LeanServer {
  readonly address: string
  /** Settles when all answers are in. */
  readonly run: Promise<LeanRun>
  close(): void
}

const accepted = Buffer.from('HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"status":"OK"}\n')

export function serveLean({ events, event }: LeanOptions): Promise<LeanServer> {
  const times: number[] = []
  const started = new Map<string, bigint>()
  const sockets = new Set<Socket>()
  let given = 0
  let firstAnswer = 0
  let begin = 0n
  let settle: (run: LeanRun) => void
  let fail: (error: Error) => void
  const run = new Promise<LeanRun>((resolve, reject) => {
    settle = resolve
    fail = reject
  })
  const body = Buffer.from(event)
  const give = (socket: Socket): void => {
    if (given === events) return
    given += 1
    const id = `8476a536-e9f4-11e8-9739-${String(given).padStart(12, '0')}`
    const head = Buffer.from(
      `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: ${id}\r\nLambda-Runtime-Deadline-Ms: ${Date.now() + 30_000}\r\nLambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:012345678912:function:bench\r\nLambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1\r\nContent-Length: ${body.length}\r\n\r\n`,
    )
    const now = process.hrtime.bigint()
    begin ||= now
    started.set(id, now)
    socket.write(Buffer.concat([head, body]))
  }
  const answer = (path: string, answered: Buffer): void => {
    const [, , , , id = '', verb] = path.split('/')
    const now = process.hrtime.bigint()
    const from = started.get(id)
    if (verb !== 'response' || from === undefined) {
      fail(new Error(`${path}: ${answered.toString().slice(0, 500)}`))
      return
    }
    started.delete(id)
    times.push(Number(now - from) / 1000)
    firstAnswer ||= Date.now()
    if (times.length === events) settle({ times, firstAnswer, lastAnswer: answered.toString().slice(0, 200), total: Number(now - begin) / 1000 })
  }
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    let buffered: Buffer[] = []
    let size = 0
    let wanted = 0
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (chunk) => {
      buffered.push(chunk)
      size += chunk.length
      while (size > 0 && size >= wanted) {
        const all = buffered.length === 1 ? (buffered[0] as Buffer) : Buffer.concat(buffered)
        const end = all.indexOf('\r\n\r\n')
        if (end < 0) {
          buffered = [all]
          return
        }
        const head = all.toString('latin1', 0, end)
        const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0)
        const whole = end + 4 + length
        buffered = [all]
        if (size < whole) {
          wanted = whole
          return
        }
        wanted = 0
        buffered = size > whole ? [all.subarray(whole)] : []
        size -= whole
        const path = head.split(' ', 2)[1] ?? ''
        if (head.startsWith('GET')) give(socket)
        else {
          answer(path, all.subarray(end + 4, whole))
          socket.write(accepted)
        }
      }
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
        run,
        close() {
          for (const socket of sockets) socket.destroy()
          server.close()
        },
      })
    })
  })
}
