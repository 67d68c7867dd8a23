import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { WireFactory } from '../../../../core/src/wire/wire.ts'
import { bytesOf, get, ok, parts, post, wireToHttp, wireToRaw } from './servers.ts'

/** What leaves on the wire. */
export function describeSending(open: WireFactory): void {
  describe('sends', () => {
    it('method, path, host and headers, and no length with a GET', async () => {
      const { wire, server } = await wireToRaw(open, ({ socket }) => socket.write(ok))
      await wire.request({
        ...get,
        path: '/2018-06-01/next?a=%20',
        headers: { 'X-One': '1', empty: '', latin: '\xe4' },
      })
      const [first, ...lines] = server.requests[0]?.head.split('\r\n') ?? []
      expect(first).toBe('GET /2018-06-01/next?a=%20 HTTP/1.1')
      expect(lines).toEqual(
        expect.arrayContaining([`host: 127.0.0.1:${server.address.port}`, 'X-One: 1', 'empty: ', 'latin: \xe4']),
      )
      expect(lines.join()).not.toMatch(/content-length|transfer-encoding/i)
    })

    it.each([0, 1, 16_384, 16_385, 6 * 1024 * 1024])('a body of %d bytes with its length', async (size) => {
      const body = Buffer.alloc(size, 'abcdefghijklmnopqrstuvwxyz\r\n')
      const { wire } = await wireToHttp(open, async (request, response) => {
        expect(request.headers['content-length']).toBe(String(size))
        expect((await bytesOf(request)).equals(body)).toBe(true)
        response.statusCode = 202
        response.end()
      })
      expect((await wire.request({ ...post, body: new Uint8Array(body) })).status).toBe(202)
    })

    it('a POST without a body with the length 0', async () => {
      const { wire, server } = await wireToRaw(open, ({ socket }) => socket.write(ok))
      await wire.request({ method: 'POST', path: '/' })
      expect(server.requests[0]?.head).toMatch(/^content-length: 0$/im)
    })

    it('every part of a streamed body at once, and leaves out empty ones', async () => {
      const arrived: string[] = []
      const news = { tell: () => {} }
      const { wire } = await wireToHttp(open, async (request, response) => {
        expect(request.headers['transfer-encoding']).toBe('chunked')
        for await (const part of request) {
          arrived.push(String(part))
          news.tell()
        }
        response.end('done')
      })
      async function* parts() {
        for (const part of ['one', '', 'two', 'three']) {
          const seen = part && new Promise<void>((resolve) => (news.tell = resolve))
          yield Buffer.from(part)
          // The next part is not given before this one is there.
          await seen
        }
      }
      expect((await wire.request({ ...post, body: parts() })).body.toString()).toBe('done')
      expect(arrived).toEqual(['one', 'two', 'three'])
    })

    it('a streamed body without parts', async () => {
      const { wire } = await wireToHttp(open, async (request, response) =>
        response.end(`${(await bytesOf(request)).length} bytes`),
      )
      expect((await wire.request({ ...post, body: parts([]) })).body.toString()).toBe('0 bytes')
      expect((await wire.request({ ...post, body: parts(['', '']) })).body.toString()).toBe('0 bytes')
    })

    it('a streamed body no faster than it is read', async () => {
      const size = 200 * 64 * 1024
      let given = 0
      const gate = Promise.withResolvers<void>()
      const { wire } = await wireToHttp(open, async (request, response) => {
        request.pause()
        await gate.promise
        response.end(String((await bytesOf(request)).length))
      })
      async function* body() {
        for (; given < size; given += 65_536) yield Buffer.alloc(65_536)
      }
      const answered = wire.request({ ...post, body: body() })
      let before = -1
      while (given !== before) {
        before = given
        await sleep(50)
      }
      // What the kernel's buffers hold differs; all of it they don't.
      expect(given).toBeLessThan(size)
      gate.resolve()
      expect((await answered).body.toString()).toBe(String(size))
    })
  })
}
