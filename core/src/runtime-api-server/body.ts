import type { IncomingMessage } from 'node:http'
import type { Awaitable } from '../contract.ts'
import type { Chunk } from './outcome.ts'

export interface BodyOptions {
  /** Number of bytes to keep; later bytes are read, counted and discarded. */
  readonly limit: number
  /** Stop reading after this number of bytes. */
  readonly until?: number | undefined
  readonly onChunk?: ((bytes: Buffer) => Awaitable<void>) | undefined
}

export interface Body {
  readonly chunks: readonly Chunk[]
  /** The number of received bytes, kept or not. */
  readonly size: number
  /** `stopped`: `until` was reached; the rest is still to be read. `cut`: the connection broke. */
  readonly end: 'whole' | 'stopped' | 'cut'
}

/** Reads a request's body; never rejects. If `onChunk` throws, the connection is cut. */
export function readBody(request: IncomingMessage, options: BodyOptions): Promise<Body> {
  const { promise, resolve } = Promise.withResolvers<Body>()
  const chunks: Chunk[] = []
  let size = 0
  let kept = 0
  let finished = false
  const finish = (end: Body['end']) => {
    finished = true
    resolve({ chunks, size, end })
  }
  const look = async (bytes: Buffer) => {
    request.pause()
    try {
      await options.onChunk?.(bytes)
      request.resume()
    } catch {
      request.socket.destroy()
    }
  }
  if (options.until === 0) {
    finish('stopped')
    return promise
  }
  request.on('data', (bytes: Buffer) => {
    if (finished) return
    size += bytes.length
    if (kept + bytes.length <= options.limit) {
      chunks.push({ at: Date.now(), bytes })
      kept += bytes.length
    }
    if (options.onChunk) void look(bytes)
    if (options.until !== undefined && size >= options.until) {
      request.pause()
      finish('stopped')
    }
  })
  request.on('end', () => finish('whole'))
  request.on('error', () => finish('cut'))
  request.on('close', () => finish(request.complete ? 'whole' : 'cut'))
  return promise
}

/** The kept bytes in one piece; a body that came at once isn't copied. */
export function bytesOfBody(body: Body): Buffer {
  return body.chunks.length === 1
    ? (body.chunks[0] as Chunk).bytes
    : Buffer.concat(body.chunks.map((chunk) => chunk.bytes))
}
