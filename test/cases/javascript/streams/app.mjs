/** How a handler may stream. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const { HttpResponseStream, streamifyResponse } = awslambda
const pause = (ms = 2) => new Promise((resolve) => setTimeout(resolve, ms))

const WAYS = {
  async text(stream) {
    stream.write('one ')
    await pause()
    stream.write('two')
    stream.end()
  },
  async end_with_chunk(stream) {
    stream.write('one ')
    stream.end('two')
  },
  async only_end(stream) {
    stream.end('all at once')
  },
  async bytes(stream) {
    stream.write(Buffer.from([0, 255, 128]))
    stream.write(new Uint8Array([1, 2]))
    stream.end()
  },
  async encoding(stream) {
    stream.write('68656c6c6f', 'hex')
    stream.end()
  },
  async object(stream) {
    stream.write({ a: 1 })
    stream.write([1, 2])
    stream.end()
  },
  async content_type(stream) {
    stream.setContentType('text/html; charset=utf-8')
    stream.write('<p>')
    stream.end()
  },
  async prelude(stream) {
    const http = HttpResponseStream.from(stream, { statusCode: 201, headers: { 'x-a': 'b' }, cookies: ['c=d'] })
    http.write('body')
    http.end()
  },
  async empty_write(stream) {
    HttpResponseStream.from(stream, { statusCode: 204 }).write('')
    stream.end()
  },
  async pipeline(stream) {
    await pipeline(Readable.from(['a', 'b', 'c']), stream)
  },
  async pipe(stream) {
    await new Promise((resolve) => Readable.from(['d', 'e']).pipe(stream).on('finish', resolve))
  },
  async events(stream) {
    const seen = []
    for (const name of ['pipe', 'finish', 'close']) stream.on(name, () => seen.push(name))
    await pipeline(Readable.from(['x']), stream)
    if (!seen.includes('finish')) throw new Error('no event finish')
  },
  async back_pressure(stream) {
    for (let part = 0; part < 40; part++) {
      if (!stream.write(Buffer.alloc(50_000, 97 + (part % 26)))) await new Promise((resolve) => stream.once('drain', resolve))
    }
    stream.end()
  },
  async callbacks(stream) {
    await new Promise((resolve) => stream.write('with a callback', resolve))
    await new Promise((resolve) => stream.end(resolve))
  },
  async returns(stream) {
    stream.write('x')
    stream.end()
    return 'ignored'
  },
  async late_content_type(stream) {
    stream.write('x')
    stream.setContentType('text/plain')
  },
  async fails_within(stream) {
    stream.write('begun')
    await pause(20)
    throw new RangeError('within the stream')
  },
  async fails_after_end(stream) {
    stream.end('whole')
    await pause(20)
    throw new RangeError('after the end')
  },
  async state(stream) {
    const before = [stream.writable, stream.writableEnded, stream.writableFinished, stream.destroyed]
    stream.write(JSON.stringify(before))
    stream.cork()
    stream.write('corked')
    stream.uncork()
    stream.end()
  },
}

export const handler = streamifyResponse((name, stream, context) => {
  if (typeof context.getRemainingTimeInMillis() !== 'number') throw new Error('no context')
  return WAYS[name](stream)
})
export const marked = streamifyResponse(async (_event, stream) => void stream.end('marked'), { highWaterMark: 1024 })
