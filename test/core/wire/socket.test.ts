import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openSocketWire } from '../../../core/src/wire/socket.ts'
import type { Wire, WireRequest } from '../../../core/src/wire/wire.ts'
import { bytesOf, get, ok, parts, wireToHttp, wireToRaw } from './contract/servers.ts'
import { describeWire } from './wire-contract.ts'

describeWire('socket', openSocketWire)

const request: WireRequest = { method: 'POST', path: '/response', trailerNames: ['Error-Type', 'Error-Body'] }

/** What a server sees of a body with trailers, and over how many connections that and a second request go. */
async function trailersSeen(trailers: Record<string, string>): Promise<{ first: unknown; connections: number }> {
  const seen: unknown[] = []
  const { wire, connections } = await wireToHttp(openSocketWire, async (incoming, response) => {
    const body = String(await bytesOf(incoming))
    seen.push({ announced: incoming.headers['trailer'], body, trailers: incoming.trailers })
    response.end()
  })
  await wire.request({ ...request, body: parts(['part']), trailers: () => trailers })
  await wire.request({ method: 'POST', path: '/' })
  return { first: seen[0], connections: connections.length }
}

/** A wire to a server that keeps each packet apart and answers when `whole` says so. */
async function wireToPackets(whole: (all: string) => boolean): Promise<{ wire: Wire; packets: string[] }> {
  const packets: string[] = []
  const server = createServer((socket) => {
    socket.on('data', (bytes) => {
      packets.push(String(bytes))
      if (whole(packets.join(''))) socket.write(ok)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const wire = openSocketWire({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  onTestFinished(() => {
    wire.close()
    server.close()
  })
  return { wire, packets }
}

describe('opening the socket wire', () => {
  it('makes the connection that the first request then goes over', async () => {
    const { wire, connections } = await wireToHttp(openSocketWire, (_incoming, response) => response.end())
    wire.open?.()
    await expect.poll(() => connections.length).toBe(1)
    await wire.request(get)
    expect(connections).toHaveLength(1)
  })

  it('tells no failure: the first request does', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await new Promise((closed) => server.close(closed))
    const wire = openSocketWire({ host: '127.0.0.1', port })
    wire.open?.()
    await sleep(20)
    await expect(wire.request(get)).rejects.toMatchObject({ code: 'connect' })
  })
})

describe('the trailers of the socket wire', () => {
  it('are sent when they were announced, and the connection is not used again', async () => {
    const { first, connections } = await trailersSeen({
      'Error-Type': 'Runtime.Oops',
      'Error-Body': 'e30=',
      'Not-Announced': 'x',
    })
    expect(first).toEqual({
      announced: 'Error-Type, Error-Body',
      body: 'part',
      trailers: { 'error-type': 'Runtime.Oops', 'error-body': 'e30=' },
    })
    expect(connections).toBe(2)
  })

  it('may be none, and then the connection is kept', async () => {
    const { first, connections } = await trailersSeen({})
    expect(first).toEqual({ announced: 'Error-Type, Error-Body', body: 'part', trailers: {} })
    expect(connections).toBe(1)
  })

  it('are asked for when the body is at its end', async () => {
    const { wire } = await wireToPackets((all) => all.endsWith('\r\n0\r\n\r\n'))
    const order: string[] = []
    async function* body() {
      yield Buffer.from('part')
      await sleep(10)
      order.push('end')
    }
    const trailers = () => {
      order.push('trailers')
      return {}
    }
    await wire.request({ ...request, body: body(), trailers })
    expect(order).toEqual(['end', 'trailers'])
  })

  it('cut the connection when one holds a line break, or making them fails', async () => {
    const { wire, server } = await wireToRaw(
      openSocketWire,
      ({ head, socket }) => head.startsWith('GET') && socket.write(ok),
    )
    const failure = new Error('no trailers')
    const broken = () => ({ 'Error-Type': 'a\r\nb' })
    const failing = () => {
      throw failure
    }
    await wire.request(get)
    await expect(wire.request({ ...request, body: parts(['part']), trailers: broken })).rejects.toMatchObject({
      code: 'request',
    })
    await wire.request(get)
    await expect(wire.request({ ...request, body: parts(['part']), trailers: failing })).rejects.toBe(failure)
    await Promise.all(server.connections.map((socket) => socket.closed || once(socket, 'close')))
    expect(server.connections.length).toBe(2)
  })
})

describe('the socket wire', () => {
  it('sends head and small body in one packet', async () => {
    const { wire, packets } = await wireToPackets((all) => all.endsWith('body'))
    await wire.request({ method: 'POST', path: '/', body: Buffer.from('body') })
    expect(packets).toEqual([expect.stringMatching(/^POST [^]*\r\n\r\nbody$/)])
  })

  it('sends the head of a streamed body without waiting for a part, and each part in one packet', async () => {
    const { wire, packets } = await wireToPackets((all) => all.endsWith('\r\n0\r\n\r\n'))
    // Waits until everything so far has arrived.
    async function* body() {
      while (packets.length < 1) await turn()
      yield Buffer.from('one')
      while (packets.length < 2) await turn()
      yield Buffer.from('two')
      while (packets.length < 3) await turn()
    }
    await wire.request({ method: 'POST', path: '/', body: body() })
    expect(packets).toEqual([expect.stringMatching(/^POST [^]*\r\n\r\n$/), '3\r\none\r\n', '3\r\ntwo\r\n', '0\r\n\r\n'])
  })

  it('skips 100 Continue', async () => {
    const { wire } = await wireToRaw(openSocketWire, ({ socket }) => socket.write(`HTTP/1.1 100 Continue\r\n\r\n${ok}`))
    expect((await wire.request(get)).body.toString()).toBe('ok')
  })

  it('does not use a connection that rested as long as the server keeps it, by the wall clock', async () => {
    const hint = ok.replace('\r\n', '\r\nKeep-Alive: timeout=5, max=100\r\n')
    const { wire, server } = await wireToRaw(openSocketWire, ({ socket }) => socket.write(hint))
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    for (const rest of [0, 3900, 4100]) {
      vi.setSystemTime(Date.now() + rest)
      await wire.request({ method: 'POST', path: '/' })
    }
    expect(server.requests.map(({ connection }) => connection)).toEqual([0, 0, 1])
  })

  it('does not send a GET again when an interim response had come', async () => {
    const { wire, server } = await wireToRaw(openSocketWire, ({ socket }, count) =>
      count === 2 ? socket.end('HTTP/1.1 103 Early Hints\r\n\r\n') : socket.write(ok),
    )
    await wire.request(get)
    await expect(wire.request(get)).rejects.toMatchObject({ code: 'broken' })
    expect(server.requests.length).toBe(2)
  })

  it('names an IPv6 address in brackets', async () => {
    const { wire, server } = await wireToRaw(
      (address) => openSocketWire({ ...address, host: '::ffff:127.0.0.1' }),
      ({ socket }) => socket.write(ok),
    )
    await wire.request(get)
    expect(server.requests[0]?.head).toContain(`\r\nhost: [::ffff:127.0.0.1]:${server.address.port}`)
  })
})
