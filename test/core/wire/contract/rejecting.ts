import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { wireLimits } from '../../../../core/src/wire/wire.ts'
import type { WireFactory, WireRequest } from '../../../../core/src/wire/wire.ts'
import { get, ok, post, stoppable, wireToRaw } from './servers.ts'

/** What makes a request fail. */
export function describeRejecting(open: WireFactory): void {
  describe('rejects', () => {
    it.each([
      ['before the response', ''],
      ['in its head', 'HTTP/1.1 200 OK\r\ncontent-l'],
      ['in its body', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok'],
      ['in its chunks', 'HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n3\r\nok'],
    ])('when a new connection ends %s, without sending a GET again', async (_where, text) => {
      const { wire, server } = await wireToRaw(open, ({ socket }) => socket.end(text))
      await expect(wire.request(get)).rejects.toMatchObject({ name: 'WireError', code: 'broken' })
      await sleep(20)
      expect(server.requests.length).toBe(1)
    })

    it('when a kept-alive connection ends in the middle of the response, without sending a GET again', async () => {
      const { wire, server } = await wireToRaw(open, ({ socket }, count) =>
        count === 2 ? socket.end('HTTP/1.1 2') : socket.write(ok),
      )
      await wire.request(get)
      await expect(wire.request(get)).rejects.toMatchObject({ code: 'broken' })
      expect(server.requests.length).toBe(2)
    })

    it.each([
      ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
      ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok'],
      ['a length and chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
      ['a bad chunk size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n'],
      ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
      ['a head that is too large', ok.replace('\r\n', `\r\nv: ${'x'.repeat(wireLimits.head)}\r\n`)],
      ['a body that is too large', 'HTTP/1.1 200 OK\r\ncontent-length: 300000000\r\n\r\nx'],
    ])('%s while the connection stays open, and can be used again', async (_kind, text) => {
      const { wire, server } = await wireToRaw(open, ({ socket }, count) => socket.write(count === 1 ? text : ok))
      await expect(wire.request(get)).rejects.toMatchObject({ name: 'WireError', code: 'protocol' })
      expect((await wire.request(get)).body.toString()).toBe('ok')
      expect(server.connections.length).toBe(2)
    })

    it('when nobody listens, and can be used once somebody does', async () => {
      const { server } = await wireToRaw(open, () => {})
      await server.close()
      const wire = open(server.address)
      onTestFinished(() => wire.close())
      const stopped = stoppable()
      await expect(wire.request(get)).rejects.toMatchObject({
        name: 'WireError',
        code: 'connect',
        message: expect.stringContaining('ECONNREFUSED'),
      })
      await expect(wire.request({ ...post, body: stopped.body })).rejects.toMatchObject({ code: 'connect' })
      expect(stopped.returned).toBe(1)
      await wireToRaw(open, ({ socket }) => socket.write(ok), server.address.port)
      expect((await wire.request(post)).body.toString()).toBe('ok')
    })

    it.each<[string, Partial<WireRequest>]>([
      ['a line break in a value', { headers: { a: 'b\r\nc: d' } }],
      ['a line feed in a value', { headers: { a: 'b\nc: d' } }],
      ['NUL in a value', { headers: { a: 'b\0' } }],
      ['a character that would be cut to a line feed', { headers: { a: 'b\u010ac: d' } }],
      ['a line break in a name', { headers: { 'a: b\r\nc': 'd' } }],
      ['an empty name', { headers: { '': 'd' } }],
      ['a header of the wire itself', { headers: { 'Content-Length': '5' } }],
      ['a blank in the path', { path: '/a b' }],
      ['a line break in the path', { path: '/a\r\nb' }],
      ['a path without a slash', { path: 'a' }],
      ['a line break in the name of a trailer', { trailerNames: ['a\r\nb'] }],
      ['a GET with a body', { method: 'GET' }],
    ])('%s, sends nothing and stops the body', async (_kind, request) => {
      const { wire, server } = await wireToRaw(open, ({ socket }) => socket.write(ok))
      const stopped = stoppable()
      await expect(wire.request({ ...post, ...request, body: stopped.body })).rejects.toMatchObject({
        name: 'WireError',
        code: 'request',
      })
      expect(stopped.returned).toBe(1)
      expect(server.connections.length).toBe(0)
      await wire.request(get)
    })

    it('a second request at the same time, and goes on with the first', async () => {
      const { wire } = await wireToRaw(open, ({ socket }) => socket.write(ok))
      const first = wire.request(get)
      await expect(wire.request(post)).rejects.toMatchObject({ code: 'request' })
      expect((await first).body.toString()).toBe('ok')
    })
  })
}
