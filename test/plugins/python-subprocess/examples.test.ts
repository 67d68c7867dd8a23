import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { serve } from './serve.ts'

const rootOf = (name: string) => fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url))

test('hello-python answers as json.dumps writes it', async () => {
  await serve({ root: rootOf('hello-python'), handler: 'hello' }, async ({ invoke }) => {
    expect((await invoke({})).text()).toBe('{"body": "Hello World", "statusCode": 200}')
  })
})

test('webhook-python takes a signed delivery once and logs it', async () => {
  const root = rootOf('webhook-python')
  const push = JSON.parse(readFileSync(`${root}/push.json`, 'utf8')) as {
    headers: Record<string, string>
    body: string
  }
  const variables = { WEBHOOK_SECRET: 'correct horse' }
  await serve({ root, handler: 'webhook.handler', variables }, async ({ invoke, records }) => {
    const answered = async (event: unknown) => (await invoke(event)).json() as { statusCode: number; body: string }
    expect(await answered(push)).toMatchObject({ statusCode: 202, body: '{"message": "taken"}' })
    expect(await answered(push)).toMatchObject({ statusCode: 200, body: '{"message": "taken before"}' })
    expect(await answered({ ...push, body: `${push.body} ` })).toMatchObject({ statusCode: 401 })
    expect(await answered({ headers: {} })).toMatchObject({ statusCode: 401 })
    const lines = records.filter((record) => record.startsWith('{'))
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        kind: 'push',
        delivery: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
        repository: 'octo/café',
        branch: 'main',
        commits: 2,
      },
    ])
  })
})
