import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFunction } from '@anyhandler/core/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { folder } from '../../support/folder.ts'
import { treeOf } from '../../support/processes.ts'

const links = new URL('../../../examples/links/', import.meta.url)

describe('a function that is open', () => {
  it('answers requests as its front door does', async () => {
    // A configuration that is a script reads the environment of the process that it runs in.
    vi.stubEnv('LINKS_DATABASE', join(folder({}), 'links.db'))
    onTestFinished(() => void vi.unstubAllEnvs())
    await using create = await openFunction({ root: links, handler: 'create' })
    const made = await create.http('POST /links', { body: { url: 'https://example.com/', slug: 'way' }, as: 'rest' })
    expect([made.status, made.headers.get('location'), made.json()]).toEqual([
      201,
      '/way',
      { slug: 'way', url: 'https://example.com/' },
    ])
    expect(made.headers.getSetCookie()).toHaveLength(2)
    await using follow = await openFunction({ root: links, handler: 'follow' })
    expect((await follow.http('/way')).status).toBe(302)
    expect((await follow.http('GET /', { headers: { cookie: ['a=1', 'last=way'] } })).status).toBe(302)
    expect((await follow.http('GET /none')).text()).toBe('There is no such link.')
  })

  it('answers events, keeps the log, and stays warm', async () => {
    const root = folder({
      'app.py':
        'n = 0\ndef handler(event, context):\n  global n\n  n += 1\n  print("event", n)\n  return {"n": n, "of": event.get("of"), "env": __import__("os").environ.get("X")}\n',
    })
    await using app = await openFunction({ root, handler: 'app.handler', env: { X: 'y' } })
    expect((await app.invoke({ of: 1 })).json()).toEqual({ n: 1, of: 1, env: 'y' })
    expect((await app.invoke()).json()).toEqual({ n: 2, of: null, env: 'y' })
    expect(app.log).toEqual(['event 1', 'event 2'])
  })

  it('that fails, or could not start, is an outcome each time', async () => {
    const root = folder({ 'app.sh': 'handler() { exit 3; }\n' })
    await using app = await openFunction({ root, handler: 'app.handler' })
    expect(await app.invoke()).toMatchObject({ failed: true, errorType: 'Function.ExitStatus' })
    await using none = await openFunction({ root, handler: 'none' })
    for (const _ of [1, 2]) expect(await none.invoke()).toMatchObject({ kind: 'initError', failed: true })
    expect(none.log[0]).toMatch(/^init failed: Runtime\.ImportModuleError: the handler 'none' was not found/)
  })

  it('refuses what is no request, a front door that there is not, and an event after its end', async () => {
    const app = await openFunction({ root: links, handler: 'follow', languages: {} })
    await expect(app.http('links')).rejects.toThrow(/'links' is not a method and a path/)
    await expect(app.http('/x', { as: 'soap' as 'http' })).rejects.toThrow(/'soap' is none of http, rest/)
    await app.close()
    await app.close()
    await expect(app.invoke()).rejects.toThrow('the function is closed')
    await expect(openFunction({ root: '/nowhere', handler: 'x' })).rejects.toThrow('/nowhere')
  })

  it('leaves nothing behind when it is closed', async () => {
    const root = folder({ 'app.sh': 'handler() { echo hi; }\n' })
    const tmp = folder({})
    const before = treeOf(process.pid).length
    const app = await openFunction({ root, handler: 'app.handler', env: { TMPDIR: tmp } })
    expect((await app.invoke()).text()).toBe('hi\n')
    expect(readdirSync(tmp)).toHaveLength(1)
    await app.close()
    expect(readdirSync(tmp)).toEqual([])
    await expect.poll(() => treeOf(process.pid).length).toBeLessThanOrEqual(before + 1)
    expect(tmpdir()).not.toBe(tmp)
  })
})
