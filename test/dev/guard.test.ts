import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../support/ask.ts'
import { openDev } from '../support/dev.ts'
import type { TestDev } from '../support/dev.ts'
import { keptFolder } from '../support/kept-folder.ts'
import { anyhandler } from '../support/command.ts'

describe('who may ask for what', () => {
  const root = keptFolder({ 'echo.sql': 'SELECT event() AS body;\n' })
  let dev: TestDev
  let token = ''

  beforeAll(async () => {
    dev = await openDev(root)
    const page = await ask(`${dev.url}/_anyhandler/`)
    token = /name="anyhandler-token" content="(?<token>[\w-]{32})"/.exec(page.body.toString())?.groups?.['token'] ?? ''
  })
  afterAll(() => dev.close())

  async function statusOf(
    path: string,
    headers: Readonly<Record<string, string>>,
    method: 'GET' | 'POST' = 'GET',
  ): Promise<number> {
    return (await ask(`${dev.url}${path}`, { method, headers, ...(method === 'POST' && { body: '{}' }) })).status
  }

  it.each(['localhost', '127.0.0.1', '[::1]', 'localhost:1', 'LOCALHOST'])('takes the host %s', async (host) => {
    expect(await statusOf('/echo/', { host })).toBe(200)
  })

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '192.168.0.1',
    'localhost:x',
    'localhost@evil.example',
  ])('refuses the host %s, whatever is asked for', async (host) => {
    for (const path of ['/echo/', '/_anyhandler/', '/_anyhandler/api/state'])
      expect(await statusOf(path, { host })).toBe(403)
    expect(await statusOf('/2015-03-31/functions/echo/invocations', { host }, 'POST')).toBe(403)
  })

  it('gives each start a token of its own', async () => {
    expect(token).not.toBe('')
    const other = await openDev(root)
    const page = (await ask(`${other.url}/_anyhandler/`)).body.toString()
    await other.close()
    expect(page).not.toContain(token)
  })

  it.each([
    ['nothing', {}],
    ['the token alone', { token: true }],
    ['the origin alone', { origin: 'own' }],
    ['another origin and the token', { origin: 'http://evil.example', token: true }],
    ['no origin of a file, and the token', { origin: 'null', token: true }],
    ['the origin of another port, and the token', { origin: 'http://127.0.0.1:1', token: true }],
    ['a wrong token', { origin: 'own', token: false }],
  ])(
    'lets nobody send from the page with %s',
    async (_what, { origin, token: hasToken }: { origin?: string; token?: boolean }) => {
      const headers = {
        'content-type': 'application/json',
        ...(origin !== undefined && { origin: origin === 'own' ? dev.url : origin }),
        ...(hasToken !== undefined && {
          'x-anyhandler-token': hasToken ? token : token.toLowerCase().replace(/^./, '_'),
        }),
      }
      const before = dev.store.list(1)[0]?.id
      for (const path of ['invoke', 'http'])
        expect(await statusOf(`/_anyhandler/api/${path}`, headers, 'POST')).toBe(403)
      expect(dev.store.list(1)[0]?.id).toBe(before)
    },
  )

  it('lets the page itself send', async () => {
    const { status } = await ask(`${dev.url}/_anyhandler/api/invoke`, {
      method: 'POST',
      headers: { origin: dev.url, 'x-anyhandler-token': token },
      body: '{"function":"echo","event":{}}',
    })
    expect(status).toBe(202)
  })

  it('lets no other site read what happens', async () => {
    for (const headers of [
      { origin: 'http://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])
      for (const path of ['state', 'invocations', 'events'])
        expect(await statusOf(`/_anyhandler/api/${path}`, headers)).toBe(403)
    expect(await statusOf('/_anyhandler/api/state', { 'sec-fetch-site': 'same-origin' })).toBe(200)
  })

  it('lets no other site invoke, with or without a preflight', async () => {
    const path = '/2015-03-31/functions/echo/invocations'
    for (const headers of [{ origin: 'http://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])
      expect(await statusOf(path, { ...headers, 'content-type': 'text/plain' }, 'POST')).toBe(403)
    const preflight = await ask(`${dev.url}${path}`, {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example' },
    })
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined()
    expect(await statusOf(path, { origin: dev.url }, 'POST')).toBe(200)
  })

  it('lets nothing of a handler run in the page, and no one frame it', async () => {
    const { headers } = await ask(`${dev.url}/_anyhandler/`)
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'")
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    })
  })

  it.each([
    '../package.json',
    '..%2Fpackage.json',
    'api/../../package.json',
    '%2e%2e/package.json',
    'api/samples/..%2F..%2Fpackage',
    '.hidden',
  ])('gives out no file but the page’s own: %s', async (path) => {
    const { status, body } = await ask(`${dev.url}/_anyhandler/${path}`)
    expect([status, body.includes('@anyhandler/dev')]).toEqual([404, false])
  })

  it('turns the page off on an address that others reach, and lets addresses in, but no names', async () => {
    const open = await openDev(root, { host: '0.0.0.0', hasPage: false })
    const url = open.url.replace('0.0.0.0', '127.0.0.1')
    const seen = async (path: string, host: string) => (await ask(`${url}${path}`, { headers: { host } })).status
    expect(await seen('/_anyhandler/', 'localhost')).toBe(404)
    expect(await seen('/_anyhandler/api/state', '192.168.0.1')).toBe(404)
    expect(await seen('/nobody', '192.168.0.1')).toBe(404)
    expect(await seen('/nobody', 'evil.example')).toBe(403)
    await open.close()
  })

  it('takes another address only with consent', async () => {
    const { stderr, exitCode } = await anyhandler(['dev', root, '--host', '0.0.0.0', '--port', '0'])
    expect([stderr, exitCode]).toEqual([
      'anyhandler: --host 0.0.0.0 lets other machines run your handlers; add --allow-remote to confirm\n',
      2,
    ])
  })
})
