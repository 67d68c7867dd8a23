import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openUndiciWire } from '../../../core/src/wire/undici.ts'
import type { WireRequest } from '../../../core/src/wire/wire.ts'
import { startRawServer } from './raw-server.ts'
import { describeWire } from './wire-contract.ts'

describeWire('undici', openUndiciWire)

describe('the undici wire', () => {
  const request: WireRequest = { method: 'POST', path: '/response', trailerNames: ['Error-Type'] }
  async function* streamed() {
    yield Buffer.from('part')
    await sleep(10)
  }

  it('cuts the connection in place of trailers', async () => {
    let sent = ''
    const server = await startRawServer(({ head, socket }) => {
      sent += head
      socket.on('data', (bytes) => (sent += String(bytes)))
    })
    const wire = openUndiciWire(server.address)
    await expect(
      wire.request({ ...request, body: streamed(), trailers: () => ({ 'Error-Type': 'Runtime.Oops' }) }),
    ).rejects.toMatchObject({
      name: 'WireError',
      code: 'broken',
      message: expect.stringContaining('trailers'),
    })
    while (!server.connections[0]?.closed) await sleep(1)
    expect(sent).not.toMatch(/^trailer|^0\r$/im)
    await server.close()
  })

  it('does not lose patience after the 300 seconds that undici is used to', async () => {
    const { tick } = createRequire(import.meta.url)('undici/lib/util/timers.js') as { tick(milliseconds: number): void }
    const server = await startRawServer(() => {})
    const wire = openUndiciWire(server.address)
    const pending = wire.request({ method: 'GET', path: '/next' })
    while (server.requests.length === 0) await sleep(1)
    tick(400_000)
    tick(400_000)
    const peer = server.connections[0]
    peer?.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no')
    await sleep(20)
    tick(400_000)
    tick(400_000)
    peer?.write('k')
    expect((await pending).body.toString()).toBe('ok')
    wire.close()
    await server.close()
  })

  it('ends the body as usual when there are no trailers', async () => {
    const server = await startRawServer(({ socket }) => {
      socket.on(
        'data',
        (bytes) =>
          bytes.includes('\r\n0\r\n\r\n') && socket.write('HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n'),
      )
    })
    const wire = openUndiciWire(server.address)
    expect((await wire.request({ ...request, body: streamed(), trailers: () => ({}) })).status).toBe(202)
    wire.close()
    await server.close()
  })
})
