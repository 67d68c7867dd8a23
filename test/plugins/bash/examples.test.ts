import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { anyhandler } from '../../support/command.ts'

const examples = join(import.meta.dirname, '../../../examples')

async function answerOf(folder: string, handler: string, event: unknown): Promise<string> {
  const { stdout, exitCode, stderr } = await anyhandler([
    'invoke',
    handler,
    '--root',
    join(examples, folder),
    '--event',
    JSON.stringify(event),
  ])
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  return stdout
}

/** The address of a site that answers with this status. */
async function site(status: number): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end('hello'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

test('examples/sites-bash says which sites are up', async () => {
  const up = await site(204)
  const down = await site(500)
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }
  const report = async (...sites: string[]) => {
    const { body, ...rest } = JSON.parse(await answerOf('sites-bash', 'sites.report', { sites })) as {
      readonly body: string
    }
    return { ...rest, body: JSON.parse(body) as unknown }
  }
  expect(await report(up)).toMatchObject({ statusCode: 200, headers, body: [{ site: up, code: 204, up: true }] })
  expect(await report(up, down, 'http://127.0.0.1:1/')).toMatchObject({
    statusCode: 503,
    headers,
    body: expect.arrayContaining([
      { site: up, code: 204, up: true },
      { site: down, code: 500, up: false },
      { site: 'http://127.0.0.1:1/', code: 0, up: false },
    ]) as unknown,
  })
})
