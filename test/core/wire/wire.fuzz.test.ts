import { createHash } from 'node:crypto'
import { Agent, createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { fc } from '../../support/properties.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ResponseParser } from '../../../core/src/wire/response-parser.ts'
import { openSocketWire } from '../../../core/src/wire/socket.ts'
import { openUndiciWire } from '../../../core/src/wire/undici.ts'
import { WireError } from '../../../core/src/wire/wire.ts'
import type { Wire, WireResponse } from '../../../core/src/wire/wire.ts'
import { parts } from './contract/servers.ts'
import { cutPoints, damagedResponse, split, validResponse } from './http-bytes.ts'
import { startRawServer } from './raw-server.ts'
import type { RawServer } from './raw-server.ts'

type Outcome =
  | { readonly status: number; readonly headers: object; readonly body: string }
  | { readonly refused: string }

function outcomeOf({ status, headers, body }: Pick<WireResponse, 'status' | 'headers' | 'body'>): Outcome {
  return { status, headers: { ...headers }, body: body.toString('latin1') }
}

/** A response, or a refusal of the kind that the wire promises; anything else is a fault. */
async function ask(wire: Wire): Promise<Outcome> {
  try {
    return outcomeOf(await wire.request({ method: 'GET', path: '/' }))
  } catch (error) {
    if (error instanceof WireError && (error.code === 'protocol' || error.code === 'broken'))
      return { refused: error.code }
    throw error
  }
}

function askNode(server: RawServer, agent: Agent): Promise<Outcome> {
  return new Promise((resolve) => {
    const request = httpRequest({ ...server.address, agent, path: '/' }, async (response) => {
      const headers: Record<string, string> = Object.create(null)
      for (let at = 0; at < response.rawHeaders.length; at += 2)
        headers[response.rawHeaders[at]?.toLowerCase() ?? ''] = response.rawHeaders[at + 1] ?? ''
      const parts: Buffer[] = []
      try {
        for await (const part of response) parts.push(part as Buffer)
        resolve(outcomeOf({ status: response.statusCode ?? 0, headers, body: Buffer.concat(parts) }))
      } catch {
        resolve({ refused: 'broken' })
      }
    })
    request.on('error', () => resolve({ refused: 'error' }))
    request.end()
  })
}

describe('the wires', () => {
  let server: RawServer
  let script: { readonly pieces: readonly Buffer[]; readonly ends: boolean }
  let socket: Wire
  let undici: Wire
  const agent = new Agent({ keepAlive: true })

  beforeAll(async () => {
    server = await startRawServer(async ({ socket: peer }) => {
      const { pieces, ends } = script
      for (const piece of pieces) {
        peer.write(piece)
        await turn()
      }
      if (ends) peer.end()
    })
    socket = openSocketWire(server.address)
    undici = openUndiciWire(server.address)
  })

  afterAll(async () => {
    socket.close()
    undici.close()
    agent.destroy()
    await server.close()
  })

  it('and node:http read the same in a valid response, split anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(validResponse, cutPoints, async (response, cuts) => {
        script = { pieces: split(response.bytes, cuts), ends: response.ends }
        const expected = {
          status: response.status,
          headers: { ...response.headers },
          body: response.body.toString('latin1'),
        }
        expect(await ask(socket)).toEqual(expected)
        expect(await ask(undici)).toEqual(expected)
        expect(await askNode(server, agent)).toEqual(expected)
      }),
      { numRuns: 200 },
    )
  })

  it('answer or refuse whatever comes, agree when both answer, and go on afterwards', async () => {
    const good = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood')
    await fc.assert(
      fc.asyncProperty(damagedResponse, cutPoints, async (bytes, cuts) => {
        script = { pieces: split(bytes, cuts), ends: true }
        const ours = await ask(socket)
        const theirs = await ask(undici)
        if ('status' in ours && 'status' in theirs) expect(ours).toEqual(theirs)
        script = { pieces: [good], ends: false }
        expect(await ask(socket)).toMatchObject({ status: 200, body: 'good' })
        expect(await ask(undici)).toMatchObject({ status: 200, body: 'good' })
      }),
      { numRuns: 200 },
    )
  })
})

describe('a request', () => {
  const latin1 = fc.string({
    unit: fc
      .integer({ min: 0x21, max: 0xff })
      .filter((code) => code !== 0x7f)
      .map((code) => String.fromCharCode(code)),
    maxLength: 50,
  })
  const names = fc.constantFrom('X-One', 'content-type', 'Lambda-Runtime-Function-Error-Type', 'user-agent')
  const part = fc.uint8Array({ maxLength: 40_000 })

  it.each([
    ['socket', openSocketWire],
    ['undici', openUndiciWire],
  ])('arrives over the %s wire as it was given', async (_name, open) => {
    const server = createServer(async (incoming, answer) => {
      const heard = Object.entries(incoming.headers).filter(
        ([key]) => !['host', 'connection', 'content-length', 'transfer-encoding'].includes(key),
      )
      const body = createHash('sha256')
      for await (const bytes of incoming) body.update(bytes as Buffer)
      answer.end(JSON.stringify({ headers: Object.fromEntries(heard), body: body.digest('hex') }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const wire = open({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(names, latin1),
        fc.array(part, { maxLength: 6 }),
        fc.boolean(),
        async (headers, body, streamed) => {
          const all = Buffer.concat(body)
          const response = await wire.request({
            method: 'POST',
            path: '/',
            headers,
            body: streamed ? parts(body) : all,
          })
          expect(JSON.parse(response.body.toString())).toEqual({
            headers: Object.fromEntries(Object.entries(headers).map(([key, text]) => [key.toLowerCase(), text])),
            body: createHash('sha256').update(all).digest('hex'),
          })
        },
      ),
      { numRuns: 150 },
    )
    wire.close()
    server.close()
  })
})

describe('the parser', () => {
  it('reads the same from any pieces, one response after the other', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(validResponse, cutPoints), { minLength: 1, maxLength: 4 }), (responses) => {
        let parser = new ResponseParser()
        for (const [response, cuts] of responses) {
          let read: WireResponse | undefined
          for (const piece of split(response.bytes, cuts)) read = parser.push(piece)
          if (response.ends) read = parser.end()
          expect(read && outcomeOf(read)).toEqual({
            status: response.status,
            headers: { ...response.headers },
            body: response.body.toString('latin1'),
          })
          if (!parser.reusable) parser = new ResponseParser()
        }
      }),
      { numRuns: 500 },
    )
  })

  it('finds the same in damaged bytes, however they are split', () => {
    fc.assert(
      fc.property(damagedResponse, cutPoints, (bytes, cuts) => {
        expect(readAll(split(bytes, cuts))).toEqual(readAll([bytes]))
      }),
      { numRuns: 2000 },
    )
  })
})

/** The first response in the pieces. What follows it is left out: the connection would be dropped. */
function readAll(pieces: readonly Buffer[]): Outcome | undefined {
  const parser = new ResponseParser()
  try {
    for (const piece of pieces) {
      const response = parser.push(piece)
      if (response) return outcomeOf(response)
    }
    const response = parser.end()
    return response && outcomeOf(response)
  } catch (error) {
    if (error instanceof WireError) return { refused: error.code }
    throw error
  }
}
