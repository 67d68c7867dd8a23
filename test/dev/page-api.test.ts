import { rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../support/ask.ts'
import { eventually, openDev } from '../support/dev.ts'
import type { TestDev } from '../support/dev.ts'
import { keptFolder } from '../support/kept-folder.ts'

describe('what the page asks for', () => {
  const root = keptFolder({
    'app.py':
      'def handler(event, context):\n    print("seen")\n    return {"statusCode": 200, "body": event.get("body") or "none"}\ndef fails(event, context):\n    raise ValueError("no")\n',
    'notes.sh': 'echo one >&2\nuntil [[ -e seen ]]; do sleep 0.01; done\necho two >&2\necho done\n',
  })
  let dev: TestDev
  let token = ''

  beforeAll(async () => {
    dev = await openDev(root)
    token =
      /content="(?<token>[\w-]{32})"/.exec((await ask(`${dev.url}/_anyhandler/`)).body.toString())?.groups?.['token'] ??
      ''
  })
  afterAll(() => dev.close())

  const api = async (path: string, fields?: object, method = fields ? 'POST' : 'GET') => {
    const headers = { origin: dev.url, 'x-anyhandler-token': token }
    const { status, body } = await ask(`${dev.url}/_anyhandler/api/${path}`, {
      method,
      headers,
      ...(fields && { body: JSON.stringify(fields) }),
    })
    return {
      status,
      json: body.length > 0 ? (JSON.parse(body.toString()) as Readonly<Record<string, never>>) : undefined,
    }
  }

  it('sends an event, and shows it with what came of it', async () => {
    const { status, json } = await api('invoke', { function: 'app', event: { body: 'mine' } })
    expect(status).toBe(202)
    await dev.last()
    const one = await api(`invocations/${json?.['id']}`)
    expect(one.json).toMatchObject({
      id: json?.['id'],
      function: 'app',
      via: 'page',
      type: 'RequestResponse',
      status: 'done',
      ok: true,
      cold: true,
      event: { text: '{"body":"mine"}', size: 15, truncated: false },
      outcome: { kind: 'response', streamed: false, body: { text: '{"statusCode": 200, "body": "mine"}' } },
      log: [{ text: 'seen', stream: 'out' }],
      judged: [],
    })
    expect(Object.keys(one.json?.['timings'] ?? {})).toEqual(['queue', 'init', 'language', 'handler'])
  })

  it('sends a request through any front door, with routes’ own way or to one handler', async () => {
    for (const as of ['url', 'rest', 'http', 'alb'] as const) {
      const { json } = await api('http', {
        method: 'POST',
        target: '/app/x?y=1',
        as,
        body: as,
        headers: [['X-A', 'b']],
      })
      expect(await dev.last()).toMatchObject({
        id: json?.['id'],
        title: 'POST /x?y=1',
        httpStatus: 200,
        request: {
          as,
          headers: [
            ['host', dev.address],
            ['X-A', 'b'],
          ],
          body: { text: as },
        },
        answer: { status: 200, body: { text: as } },
      })
    }
    await api('http', { function: 'app', method: 'PUT', target: '/app/x', bodyBase64: '//79' })
    expect(await dev.last()).toMatchObject({
      title: 'PUT /app/x',
      request: { body: { size: 3 } },
      answer: { body: { text: '//79' } },
    })
  })

  it('retries an event that nobody waits for', async () => {
    await api('invoke', { function: 'app.fails', event: {}, type: 'Event' })
    expect((await dev.last()).tries).toHaveLength(3)
  })

  it.each([
    ['invoke', { function: 'nobody' }, 'there is no function "nobody"; there are app, notes'],
    ['invoke', { function: 'app', type: 'DryRun' }, 'type must be RequestResponse or Event'],
    ['http', { method: 'get', target: '/app' }, 'method must be one in capitals, such as GET'],
    ['http', { method: 'GET', target: 'app' }, 'target must be a path, such as /links?x=1'],
    [
      'http',
      { method: 'GET', target: '/app', as: 'soap' },
      'as must be one of url, rest, http, http-1.0, alb, alb-multi, lattice, lattice-1',
    ],
    ['http', { method: 'GET', target: '/nobody' }, 'no handler answers /nobody; there are app, notes'],
    [
      'http',
      { method: 'GET', target: '/app', headers: [['a', 'b\r\nc']] },
      'headers must be a list of pairs, each a name and a value in one line',
    ],
    [
      'http',
      { method: 'GET', target: '/app', headers: 3 },
      'headers must be a list of pairs, each a name and a value in one line',
    ],
  ])('says what is wrong with %s of %j', async (what, fields, message) => {
    expect(await api(what, fields)).toEqual({ status: 400, json: { message } })
  })

  it('lists, pages, forgets, and knows samples', async () => {
    const all = (await api('invocations?limit=1000')).json?.['invocations'] as unknown as readonly {
      readonly id: string
      readonly seq: number
    }[]
    expect(all.map(({ seq }) => seq)).toEqual(all.map(({ seq }) => seq).toSorted((a, b) => b - a))
    const older = (await api(`invocations?limit=1&before=${all[0]?.seq}`)).json?.[
      'invocations'
    ] as unknown as typeof all
    expect(older).toEqual([all[1]])
    expect((await api('samples')).json).toEqual({ samples: [{ name: 'small' }] })
    expect((await api('samples/small')).json).toEqual({ a: 1 })
    expect((await api('invocations', undefined, 'DELETE')).status).toBe(204)
    expect((await api('invocations')).json).toEqual({ invocations: [] })
    expect((await api(`invocations/${all[0]?.id}`)).status).toBe(404)
  })

  it('tells what happens as it happens', async () => {
    const events: { readonly event: string; readonly data: Readonly<Record<string, never>> }[] = []
    const stream = await new Promise<IncomingMessage>((resolve) => get(`${dev.url}/_anyhandler/api/events`, resolve))
    let rest = ''
    stream.on('data', (bytes: Buffer) => {
      const parts = (rest + bytes.toString()).split('\n\n')
      rest = parts.pop() ?? ''
      for (const part of parts) {
        const { event, data } = /^event: (?<event>\w+)\ndata: (?<data>.*)$/.exec(part)?.groups ?? {}
        if (event !== undefined) events.push({ event, data: JSON.parse(data ?? '') })
      }
    })
    await eventually(() => events[0]?.event === 'state')
    rmSync(join(root, 'seen'), { force: true })
    const lines = () => events.filter(({ event }) => event === 'log')
    await api('invoke', { function: 'notes', event: {} })
    // The handler goes on when its first line has arrived.
    await eventually(() => lines().length === 1)
    writeFileSync(join(root, 'seen'), '')
    await dev.last()
    await eventually(() => events.some(({ event, data }) => event === 'invocation' && data['status'] === 'done'))
    const states = events.filter(({ event }) => event === 'invocation').map(({ data }) => data['status'])
    expect(new Set(states)).toEqual(new Set(['starting', 'running', 'done']))
    const texts = lines().flatMap(({ data }) =>
      (data['lines'] as unknown as readonly { readonly text: string }[]).map(({ text }) => text.split('\t').at(-1)),
    )
    expect(texts).toEqual(['one', 'two'])
    stream.destroy()
  })
})
