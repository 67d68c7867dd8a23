import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { WireFactory } from '../../../../core/src/wire/wire.ts'
import { bytesOf, get, ok, post, stoppable, wireToHttp, wireToRaw } from './servers.ts'

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield Buffer.alloc(65_536)
}

/** How a streamed body and its answer get along. */
export function describeStreaming(open: WireFactory): void {
  describe('gives an early answer back', () => {
    const tooLarge = 'HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n'

    it('while the body is being produced, stops it, and drops the connection', async () => {
      const { wire, server } = await wireToRaw(open, ({ socket }, count) => socket.write(count === 1 ? tooLarge : ok))
      const ended = Promise.withResolvers<void>()
      async function* body() {
        try {
          for (;;) {
            yield Buffer.from('part')
            await sleep(1)
          }
        } finally {
          ended.resolve()
        }
      }
      expect((await wire.request({ ...post, body: body() })).status).toBe(413)
      await ended.promise
      expect((await wire.request(get)).body.toString()).toBe('ok')
      expect(server.connections.length).toBe(2)
    })

    it('while the producer waits for ever', async () => {
      const { wire } = await wireToRaw(open, ({ socket }, count) => socket.write(count === 1 ? tooLarge : ok))
      const stopped = stoppable(['part'])
      expect((await wire.request({ ...post, body: stopped.body })).status).toBe(413)
      expect(stopped.returned).toBe(1)
      expect((await wire.request(get)).body.toString()).toBe('ok')
    })

    it('while the server reads nothing more of a streamed body', async () => {
      const { wire } = await wireToRaw(open, ({ socket }, count) => {
        if (count === 1) socket.pause()
        socket.write(count === 1 ? tooLarge : ok)
      })
      expect((await wire.request({ ...post, body: endless() })).status).toBe(413)
      expect((await wire.request(get)).body.toString()).toBe('ok')
    })

    it('while the server reads nothing more of a body of bytes', async () => {
      const requests: string[] = []
      const { wire, connections } = await wireToHttp(open, (request, response) => {
        requests.push(request.url ?? '')
        response.statusCode = request.url === '/large' ? 413 : 200
        response.end()
      })
      expect((await wire.request({ ...post, path: '/large', body: Buffer.alloc(64 * 1024 * 1024) })).status).toBe(413)
      expect((await wire.request(get)).status).toBe(200)
      expect(connections.length).toBe(2)
    })
  })

  describe('when the body fails', () => {
    it('cuts the connection and rejects with its error', async () => {
      const outcome = Promise.withResolvers<string>()
      const { wire } = await wireToHttp(open, async (request, response) => {
        if (request.method === 'GET') return void response.end('ok')
        try {
          outcome.resolve(`complete: ${await bytesOf(request)}`)
        } catch (error) {
          outcome.resolve(String(error))
        }
      })
      const failure = new RangeError('no more')
      async function* body() {
        yield Buffer.from('part')
        await sleep(20)
        throw failure
      }
      await expect(wire.request({ ...post, body: body() })).rejects.toBe(failure)
      expect(await outcome.promise).toMatch(/aborted/)
      expect((await wire.request(get)).body.toString()).toBe('ok')
    })

    it('refuses parts that are no bytes', async () => {
      const { wire, server } = await wireToRaw(open, () => {})
      const stopped = stoppable(['part', 5])
      await expect(wire.request({ ...post, body: stopped.body })).rejects.toThrow('it must yield bytes')
      expect(stopped.returned).toBe(1)
      expect(server.requests[0]?.head ?? 'POST').toMatch(/^POST/)
    })

    it('stops it when the connection breaks', async () => {
      const { wire } = await wireToRaw(open, ({ socket }) => socket.destroy())
      const stopped = stoppable(['part'])
      await expect(wire.request({ ...post, body: stopped.body })).rejects.toMatchObject({ code: 'broken' })
      expect(stopped.returned).toBe(1)
    })
  })
}
