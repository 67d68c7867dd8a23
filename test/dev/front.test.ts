import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judge } from '@anyhandler/core/http'
import type { RequestKind } from '@anyhandler/core/http'
import { ask } from '../support/ask.ts'
import { openDev } from '../support/dev.ts'
import type { TestDev } from '../support/dev.ts'
import { keptFolder } from '../support/kept-folder.ts'
import { carryingRows } from '../core/http/judge-rows/carrying.ts'
import { meaningRows } from '../core/http/judge-rows/meaning.ts'

/** What the front door itself adds to the headers. */
const added = [
  'x-amzn-requestid',
  'apigw-requestid',
  'date',
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
]

describe('the table of answers, through the server', () => {
  const root = keptFolder({ 'raw.sh': 'body\n', 'anyhandler.config.json': '{ "shape": false }' })
  const kinds = ['url', 'rest', 'http', 'alb'] as const satisfies readonly RequestKind[]
  const servers = new Map<RequestKind, TestDev>()

  beforeAll(async () => {
    await Promise.all(kinds.map(async (as) => servers.set(as, await openDev(root, { as, maxInstances: 1 }))))
  })
  afterAll(() => Promise.all([...servers.values()].map((dev) => dev.close())))

  it.each(kinds)('each row of %s is seen by the client as the judge says', async (kind) => {
    const rows = [...meaningRows, ...carryingRows].filter(
      (row) => (row.kinds as readonly string[]).includes(kind) && !row.options?.functionError,
    )
    expect(rows.length).toBeGreaterThan(15)
    const { url } = servers.get(kind) as TestDev
    for (const { answer } of rows) {
      const bytes = Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer))
      if (bytes.length > 4_000_000) continue
      const {
        status,
        headers,
        body: seen,
      } = await ask(`${url}/raw/`, {
        method: 'POST',
        body: bytes,
        headers: { 'content-type': 'application/octet-stream', accept: '*/*' },
      })
      const wanted = judge(bytes, kind, { binaryTypes: ['*/*'], accept: '*/*' })
      const bare = wanted.status === 204 || wanted.status === 304
      expect([status, bare ? '' : seen.toString('latin1')]).toEqual([
        wanted.status,
        bare ? '' : Buffer.from(wanted.body).toString('latin1'),
      ])
      const names = (list: Iterable<readonly [string, unknown]>) =>
        Object.fromEntries(
          [...list]
            .filter(([name]) => !added.includes(name.toLowerCase()))
            .map(([name, value]) => [name.toLowerCase(), value]),
        )
      expect(Object.keys(names(Object.entries(headers))).toSorted()).toEqual(
        Object.keys(names(wanted.headers)).toSorted(),
      )
    }
  })
})

describe('the front door', () => {
  const root = keptFolder({
    'see.py': 'def handler(event, context):\n    return event\n',
    'app.py': [
      'import os, sys, time',
      'def bad(event, context):',
      '    print("about to fail")',
      '    return {"statusCode": 200, "body": {"a": 1}}',
      'def thrown(event, context):',
      '    raise KeyError("color<b>")',
      'def stream(event, context):',
      '    yield b"first "',
      '    while not os.path.exists("seen"): time.sleep(0.01)',
      '    yield b"second"',
      'def torn(event, context):',
      '    yield b"first "',
      '    time.sleep(0.05)',
      '    raise ValueError("torn")',
      '',
    ].join('\n'),
    'respond.sh': "respond 201 'Set-Cookie: a=1' 'Set-Cookie: b=2' 'X-Thing: 1'\necho made\n",
    'deep/er.sh': 'path\n',
    'title.py':
      'def handler(event, context):\n    return {"statusCode": 200, "headers": {"x-title": "日本"}, "body": "x"}\n',
    'odd.mjs':
      'export const handler = awslambda.streamifyResponse(async (event, stream) => {\n' +
      '  const odd = awslambda.HttpResponseStream.from(stream, JSON.parse(event.body))\n' +
      '  odd.write("x")\n  odd.end()\n})\n',
  })
  let dev: TestDev

  beforeAll(async () => {
    dev = await openDev(root)
  })
  afterAll(() => dev.close())

  it('sends a request as a function URL does, without the name of the handler in its path', async () => {
    const answer = await fetch(`${dev.url}/see/a%20b/c?x=1&x=2`, {
      method: 'PUT',
      body: 'hi',
      headers: { cookie: 'a=1; b=2' },
    })
    const { id } = await dev.last()
    expect(await answer.json()).toMatchObject({
      version: '2.0',
      rawPath: '/a b/c',
      rawQueryString: 'x=1&x=2',
      cookies: ['a=1', 'b=2'],
      body: 'hi',
      headers: { 'x-forwarded-proto': 'http', 'x-forwarded-for': '127.0.0.1' },
      requestContext: { requestId: id, http: { method: 'PUT', sourceIp: '127.0.0.1' } },
    })
    expect(answer.headers.get('x-amzn-requestid')).toBe(id)
    expect(await (await fetch(`${dev.url}/see`)).json()).toMatchObject({ rawPath: '/' })
  })

  it('answers with status, headers and cookies', async () => {
    const answer = await fetch(`${dev.url}/respond/`)
    expect(answer.status).toBe(201)
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(await answer.text()).toBe('made\n')
    const head = await fetch(`${dev.url}/respond/`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([201, ''])
  })

  it('sends header values as their bytes, whatever their characters', async () => {
    const { headers } = await fetch(`${dev.url}/title/`)
    expect(Buffer.from(headers.get('x-title') ?? '', 'latin1').toString()).toBe('日本')
  })

  it.each([{ statusCode: 9999 }, { statusCode: 200, headers: { 'x-a': 'one\ntwo' } }])(
    'refuses a stream whose metadata are %j, and goes on',
    async (metadata) => {
      const answer = await fetch(`${dev.url}/odd.handler/`, { method: 'POST', body: JSON.stringify(metadata) })
      expect(answer.status).toBe(502)
      expect((await dev.last()).judged[0]?.message).toMatch(/refuses the (?:stream|answer) because/)
      expect((await fetch(`${dev.url}/deep%2Fer/x`)).status).toBe(200)
    },
  )

  it('finds a handler below the top by its encoded name', async () => {
    expect(await (await fetch(`${dev.url}/deep%2Fer/x`)).text()).toBe('/x\n')
  })

  it('gives a client AWS’s own error, and says on the page why', async () => {
    const answer = await fetch(`${dev.url}/app.bad/`)
    expect([answer.status, await answer.text()]).toEqual([502, 'Internal Server Error'])
    const record = await dev.last()
    expect(record).toMatchObject({
      ok: false,
      httpStatus: 502,
      findings: 1,
      answer: { body: { text: 'Internal Server Error' } },
    })
    expect(record.judged[0]?.message).toBe(
      'Function URL refuses the answer because its `body` is an object; it must be a string, such as JSON text (502)',
    )
    expect(record.log.map(({ text }) => text)).toEqual(['about to fail'])
  })

  it('explains an error to a browser, whatever stands in it', async () => {
    const { status, headers, body } = await ask(`${dev.url}/app.thrown/`, { headers: { accept: 'text/html,*/*' } })
    expect([status, headers['content-type']]).toEqual([502, 'text/html; charset=utf-8'])
    const html = body.toString()
    expect(html).toContain('because the function failed (502)')
    expect(html).toContain('color&lt;b&gt;')
    expect(html).not.toContain('color<b>')
    expect(html).toContain(`href="/_anyhandler/#${(await dev.last()).id}"`)
  })

  it('hands a stream on while it is being written', async () => {
    rmSync(join(root, 'seen'), { force: true })
    const { promise: hasArrived, resolve: onPart } = Promise.withResolvers<string>()
    const asked = ask(`${dev.url}/app.stream/`, { onPart })
    expect(await hasArrived).toBe('first ')
    await sleep(100)
    // The handler goes on.
    writeFileSync(join(root, 'seen'), '')
    const { parts: arrivals } = await asked
    expect(arrivals).toEqual(['first ', 'second'])
    const { timings, ok, answer } = await dev.last()
    expect([ok, answer?.body.text]).toEqual([true, 'first second'])
    expect(timings.answer).toBeGreaterThan(50)
  })

  it('cuts a stream whose function fails, and says so', async () => {
    const answer = await fetch(`${dev.url}/app.torn/`)
    expect(answer.status).toBe(200)
    await expect(answer.text()).rejects.toThrow(/terminated|aborted|closed/)
    const record = await dev.last()
    expect(record).toMatchObject({ ok: false, errorType: 'ValueError' })
    expect(record.judged.at(-1)?.message).toContain('the stream broke off')
  })

  it('answers an unknown path by the names that there are, and starts nothing for a browser’s own wishes', async () => {
    const answer = await fetch(`${dev.url}/nobody/x`)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toEqual({
      message:
        'no handler answers /nobody/x; without routes the path begins with its name: /app, /respond, /see, /title, /odd.handler',
    })
    const page = await fetch(`${dev.url}/`, { headers: { accept: 'text/html' } })
    expect(await page.text()).toContain('<a href="/see/">')
    expect((await fetch(`${dev.url}/favicon.ico`)).status).toBe(404)
  })

  it('takes 6 MB and no more', async () => {
    const answer = await fetch(`${dev.url}/respond/`, { method: 'POST', body: Buffer.alloc(6 * 1024 * 1024 + 1) })
    expect([answer.status, await answer.json()]).toEqual([413, { message: 'Request Too Long' }])
  })
})

describe('a function with routes', () => {
  const root = keptFolder({
    'anyhandler.config.yaml': 'routes:\n  GET /links: list\n  GET /{slug}: follow.handler\n',
    'list.sql': "SELECT 200 statusCode, 'all' body;\n",
    'follow.py':
      'def handler(event, context):\n    return {"statusCode": 302, "headers": {"location": event["pathParameters"]["slug"]}}\n',
  })
  let dev: TestDev

  beforeAll(async () => {
    dev = await openDev(root)
  })
  afterAll(() => dev.close())

  it('gets every request, in the languages of its handlers, and is listed with its routes', async () => {
    expect(await (await fetch(`${dev.url}/links`)).text()).toBe('all')
    const way = await ask(`${dev.url}/way`)
    expect([way.status, way.headers.location]).toEqual([302, 'way'])
    expect((await fetch(`${dev.url}/no/where`)).status).toBe(404)
    const { routes, functions } = dev.state()
    expect(routes?.map(({ route, run }) => `${route} → ${run}`)).toEqual([
      'GET /links → list',
      'GET /{slug} → follow.handler',
    ])
    expect(functions[0]).toMatchObject({ name: 'whole', language: 'sql, python', state: 'ready' })
    expect(functions[0]?.loads).toEqual(expect.arrayContaining(['list.sql', 'follow.py', 'anyhandler.config.yaml']))
  })

  it('explains a request that no route fits: to the page and the terminal always, to a browser in its body', async () => {
    const program = await ask(`${dev.url}/list/x?y`)
    expect([program.status, program.body.toString()]).toEqual([404, '{"message":"Not Found"}'])
    expect((await dev.last()).judged).toEqual([
      {
        severity: 'warning',
        message:
          "no route fits GET /list/x; the routes are GET /links, GET /{slug}; a configuration with routes serves these only, so /list/x is not the handler 'list'",
      },
    ])
    const browser = await ask(`${dev.url}/links/more/x`, { headers: { accept: 'text/html' } })
    expect(browser.status).toBe(404)
    expect(browser.body.toString()).toContain(
      '<p>no route fits GET /links/more/x; the routes are GET /links, GET /{slug}</p>',
    )
    expect(browser.body.toString()).toContain("A client on AWS sees the function's own answer")
    await ask(`${dev.url}/links/${'a'.repeat(8_000)}`)
    expect((await dev.last()).judged[0]?.message).toBe(
      `no route fits GET /links/${'a'.repeat(193)}…; the routes are GET /links, GET /{slug}`,
    )
    const other = await ask(`${dev.url}/links`, { method: 'POST' })
    expect([other.status, (await dev.last()).judged[0]?.message]).toEqual([
      405,
      'no route fits POST /links; the routes are GET /links, GET /{slug}',
    ])
  })

  it('has no explanation for a 404 of a handler', async () => {
    const missing = await openDev(
      keptFolder({
        'anyhandler.config.yaml': 'routes:\n  GET /{slug}: follow\n',
        'follow.sql': "SELECT 404 statusCode, 'none' body;\n",
      }),
    )
    const { status, body } = await ask(`${missing.url}/x`, { headers: { accept: 'text/html' } })
    expect([status, body.toString(), (await missing.last()).judged]).toEqual([404, 'none', []])
    await missing.close()
  })
})
