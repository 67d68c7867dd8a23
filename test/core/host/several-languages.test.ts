import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { makeEvent } from '@anyhandler/core/http'
import type { RequestKind } from '@anyhandler/core/http'
import { folder } from '../../support/folder.ts'
import { commandOf, treeOf } from '../../support/processes.ts'
import { serveFiles } from '../../support/serve-files.ts'

const files = {
  'a.sh': 'printf %s "a $(param n)"\n',
  'b.sh': 'printf %s "b $(param n)"\n',
  'c.py':
    'def handler(event, context):\n    return {"statusCode": 200, "body": "c %s" % (event.get("pathParameters") or {}).get("n")}\n',
  'd.py': 'def handler(event, context):\n    return {"statusCode": 200, "body": "d"}\n',
  'e.sql': "-- answer: row\nSELECT 200 statusCode, 'e ' || param('n') AS body;\n",
  'broken.py': 'raise RuntimeError("not today")\n',
  'broken.sql': 'SELEC 1;\n',
}
const routes = { 'GET /a/{n}': 'a', 'GET /b/{n}': 'b', 'GET /c/{n}': 'c', 'GET /d': 'd', 'GET /e/{n}': 'e' }

async function start(
  config: object,
): Promise<(target: string, kind?: RequestKind) => Promise<{ body: string; errorType: string }>> {
  const root = folder({ ...files, 'anyhandler.config.json': JSON.stringify(config) })
  const { invoke } = await serveFiles(root, 'routes')
  return async (target, kind = 'http') => {
    const event = JSON.stringify(makeEvent({ method: 'GET', target, headers: [], time: 0 }, kind))
    return (await invoke(event)).json() as { body: string; errorType: string }
  }
}

/** Processes of drivers below this one. */
function drivers(): number {
  return treeOf(process.pid).filter(({ pid }) => /driver\/start\.(?:bash|py)/.test(commandOf(pid))).length
}

describe('several languages in one function', () => {
  it('hold no more workers than they may, and each handler answers all the same', async () => {
    const get = await start({ routes, routing: { workers: 2 } })
    for (const [index, name] of ['a', 'c', 'b', 'e', 'a', 'c', 'c', 'b', 'a'].entries())
      expect((await get(`/${name}/${index}`)).body).toBe(`${name} ${index}`)
    expect((await get('/d')).body).toBe('d')
    // A bash driver has forked a process for its next event.
    for (let tries = 0; drivers() > 4 && tries < 1_000; tries++) await sleep(10)
    expect(drivers()).toBeLessThanOrEqual(4)
  })

  it('fail only the events of handlers that are broken', async () => {
    const broken = { 'GET /x': 'broken.py', 'GET /y': 'broken.sql' }
    const get = await start({ routes: { ...routes, ...broken } })
    expect((await get('/x')).errorType).toBe('RuntimeError')
    expect((await get('/y')).errorType).toMatch(/SyntaxError/)
    expect((await get('/d')).body).toBe('d')
    for (const name of ['a', 'c', 'e']) expect((await get(`/${name}/1`)).body).toBe(`${name} 1`)
  })

  it('tell the parameters by param alone where the event is to stay untouched', async () => {
    const get = await start({ routes, routing: { event: 'untouched' } })
    for (const kind of ['http', 'alb'] as const)
      for (const name of ['a', 'e']) expect((await get(`/${name}/7`, kind)).body).toBe(`${name} 7`)
    expect((await get('/c/7')).body).toBe('c None')
  })
})
