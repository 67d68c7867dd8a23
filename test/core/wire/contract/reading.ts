import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { WireFactory } from '../../../../core/src/wire/wire.ts'
import { get, ok, wireToHttp, wireToRaw } from './servers.ts'

/** What is taken for a response. */
export function describeReading(open: WireFactory): void {
  describe('reads', () => {
    it.each([
      [
        'a length',
        'HTTP/1.1 200 OK\r\nX-A: \xe4\r\nx-a: b \r\nempty:\r\nContent-Length: 6\r\n\r\nbo\r\n\r\n',
        { 'x-a': 'b', empty: '' },
      ],
      [
        'chunks',
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nbo\r\r\n3\r\n\n\r\n\r\n0\r\ntrailer: t\r\n\r\n',
        { 'transfer-encoding': 'chunked' },
      ],
      [
        'an interim response',
        'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nbo\r\n\r\n',
        {},
      ],
      [
        'Connection: close',
        'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 6\r\n\r\nbo\r\n\r\n',
        { connection: 'close' },
      ],
      ['HTTP/1.0', 'HTTP/1.0 200 Oh\r\n\r\nbo\r\n\r\n', {}],
      ['no length', 'HTTP/1.1 200 OK\r\nx: y\r\n\r\nbo\r\n\r\n', { x: 'y' }],
    ])('a response with %s, wherever it is split', async (kind, text, headers) => {
      let split = 0
      const bytes = Buffer.from(text, 'latin1')
      const { wire } = await wireToRaw(open, async ({ socket }) => {
        socket.write(bytes.subarray(0, split))
        await turn()
        await turn()
        socket.write(bytes.subarray(split))
        if (['Connection: close', 'HTTP/1.0', 'no length'].includes(kind)) socket.end()
      })
      for (split = 1; split < bytes.length; split++) {
        const response = await wire.request(get)
        expect(response.status).toBe(200)
        expect(response.body.toString('latin1')).toBe('bo\r\n\r\n')
        expect({ ...response.headers }).toMatchObject(headers)
      }
    })

    it('header values as latin1', async () => {
      const { wire } = await wireToRaw(open, ({ socket }) =>
        socket.write(Buffer.from(ok.replace('\r\n', '\r\nv: \xe4\xff\r\n'), 'latin1')),
      )
      expect((await wire.request(get)).headers['v']).toBe('\xe4\xff')
    })

    it('a 204 without a body, and what follows it', async () => {
      const { wire, server } = await wireToRaw(open, ({ socket }, count) =>
        socket.write(count === 1 ? 'HTTP/1.1 204 No Content\r\n\r\n' : ok),
      )
      expect(await wire.request(get)).toMatchObject({ status: 204, body: Buffer.alloc(0) })
      expect((await wire.request(get)).body.toString()).toBe('ok')
      expect(server.connections.length).toBe(1)
    })

    it.each(['with a length', 'in chunks'])('a body of 6 MB %s', async (kind) => {
      const body = Buffer.alloc(6 * 1024 * 1024, 'abcdefghijklmnopqrstuvwxyz\r\n')
      const { wire } = await wireToHttp(open, (_request, response) => {
        if (kind === 'in chunks') response.write(body.subarray(0, 1))
        else response.setHeader('content-length', body.length)
        response.end(kind === 'in chunks' ? body.subarray(1) : body)
      })
      for (let count = 0; count < 3; count++) expect((await wire.request(get)).body.equals(body)).toBe(true)
    })

    it('a head of 60 KB', async () => {
      const { wire } = await wireToRaw(open, ({ socket }) =>
        socket.write(ok.replace('\r\n', `\r\nv: ${'x'.repeat(60_000)}\r\n`)),
      )
      expect((await wire.request(get)).headers['v']?.length).toBe(60_000)
    })
  })
}
