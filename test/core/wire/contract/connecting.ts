import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { WireFactory } from '../../../../core/src/wire/wire.ts'
import { bytesOf, get, ok, parts, post, stoppable, wireToHttp, wireToRaw } from './servers.ts'

function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
}

/** Both ends have noticed: the server's is closed only when the wire has closed its own. */
async function closed(socket: Socket | undefined): Promise<void> {
  if (socket && !socket.closed) await once(socket, 'close')
}

/** When a connection is kept, replaced or closed. */
export function describeConnecting(open: WireFactory): void {
  describe('keeps', () => {
    it('one connection for many requests', async () => {
      const { wire, connections } = await wireToHttp(open, async (request, response) =>
        response.end(await bytesOf(request)),
      )
      for (let count = 0; count < 20; count++) {
        expect((await wire.request(get)).body.toString()).toBe('')
        expect((await wire.request({ ...post, body: Buffer.from(`${count}`) })).body.toString()).toBe(`${count}`)
        expect((await wire.request({ ...post, body: parts(['a', `${count}`]) })).body.toString()).toBe(`a${count}`)
      }
      expect(connections.length).toBe(1)
    })

    it('no timer while it waits', async () => {
      const { wire, server } = await wireToRaw(open, ({ socket }, count) => count === 1 && socket.write(ok))
      await wire.request(get)
      const before = timers()
      const pending = wire.request(get)
      while (server.requests.length < 2) await turn()
      expect(timers()).toBeLessThanOrEqual(before)
      wire.close()
      await expect(pending).rejects.toMatchObject({ code: 'closed' })
    })
  })

  describe('opens another connection', () => {
    it.each([
      ['Connection: close', ok.replace('\r\n', '\r\nConnection: close\r\n')],
      ['HTTP/1.0', ok.replace('1.1', '1.0')],
      ['bytes after its end', `${ok}HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwrong`],
      ['garbage after its end', `${ok}\r\ngarbage`],
      ['the hint that it will be closed soon', ok.replace('\r\n', '\r\nKeep-Alive: timeout=1\r\n')],
    ])('after a response with %s', async (_kind, text) => {
      const { wire, server } = await wireToRaw(open, ({ socket }) => socket.write(text))
      for (const request of [get, post, get]) expect((await wire.request(request)).body.toString()).toBe('ok')
      expect(server.requests.map(({ connection }) => connection)).toEqual([0, 1, 2])
    })

    it('when the server closed the kept-alive one in between, also for a POST', async () => {
      const { wire, server } = await wireToRaw(open, ({ socket }) => socket.end(ok))
      for (const [at, request] of [get, post, post, get].entries()) {
        expect((await wire.request(request)).body.toString()).toBe('ok')
        await closed(server.connections[at])
      }
      expect(server.connections.length).toBe(4)
    })

    it('when bytes came in between that nobody asked for', async () => {
      const { wire, server } = await wireToRaw(open, ({ socket }) => socket.write(ok))
      await wire.request(get)
      server.connections[0]?.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwrong')
      await closed(server.connections[0])
      expect((await wire.request(post)).body.toString()).toBe('ok')
      expect(server.requests.map(({ connection }) => connection)).toEqual([0, 1])
    })
  })

  describe('on a kept-alive connection that dies without a byte of a response', () => {
    it('sends a GET once more', async () => {
      const { wire, server } = await wireToRaw(open, ({ socket }, count) =>
        count === 2 ? socket.destroy() : socket.write(ok),
      )
      await wire.request(get)
      expect((await wire.request(get)).body.toString()).toBe('ok')
      expect(server.requests.map(({ connection }) => connection)).toEqual([0, 0, 1])
    })

    it('sends a GET once more when it was reset', async () => {
      const { wire, server } = await wireToRaw(open, ({ socket }, count) =>
        count === 2 ? socket.resetAndDestroy() : socket.write(ok),
      )
      await wire.request(get)
      expect((await wire.request(get)).body.toString()).toBe('ok')
      expect(server.requests.length).toBe(3)
    })

    it('sends a GET only once more', async () => {
      const { wire, server } = await wireToRaw(open, ({ socket }, count) =>
        count > 1 ? socket.destroy() : socket.write(ok),
      )
      await wire.request(get)
      await expect(wire.request(get)).rejects.toMatchObject({ name: 'WireError', code: 'broken' })
      await sleep(20)
      expect(server.requests.length).toBe(3)
    })

    it('never sends a POST again', async () => {
      const { wire, server } = await wireToRaw(open, ({ socket }, count) =>
        count === 2 ? socket.destroy() : socket.write(ok),
      )
      await wire.request(get)
      await expect(wire.request(post)).rejects.toMatchObject({ code: 'broken' })
      await sleep(20)
      expect(server.requests.length).toBe(2)
      expect((await wire.request(post)).body.toString()).toBe('ok')
    })
  })

  describe('when it is closed', () => {
    it('rejects the pending request, drops the connection and can be used again', async () => {
      const { wire, server } = await wireToRaw(open, ({ socket }, count) => count > 1 && socket.write(ok))
      const pending = wire.request(get)
      while (server.requests.length < 1) await turn()
      wire.close()
      await expect(pending).rejects.toMatchObject({ name: 'WireError', code: 'closed' })
      await closed(server.connections[0])
      expect((await wire.request(get)).body.toString()).toBe('ok')
      wire.close()
      wire.close()
      expect((await wire.request(post)).body.toString()).toBe('ok')
      expect(server.connections.length).toBe(3)
    })

    it('stops the body, and rejects what did not connect yet', async () => {
      const { wire } = await wireToRaw(open, ({ socket }) => socket.write(ok))
      const stopped = stoppable(['part'])
      const pending = wire.request({ ...post, body: stopped.body })
      wire.close()
      await expect(pending).rejects.toMatchObject({ code: 'closed' })
      expect(stopped.returned).toBe(1)
      expect((await wire.request(get)).body.toString()).toBe('ok')
    })
  })
}
