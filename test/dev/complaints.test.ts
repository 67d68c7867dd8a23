import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../support/ask.ts'
import { openDev } from '../support/dev.ts'
import type { TestDev } from '../support/dev.ts'
import { keptFolder } from '../support/kept-folder.ts'

describe('complaints of users of other local servers', () => {
  const root = keptFolder({
    'app.py': [
      'import base64, os',
      'count = 0',
      'def upload(event, context):',
      '    data = base64.b64decode(event["body"]) if event["isBase64Encoded"] else event["body"].encode()',
      '    return {"statusCode": 200, "headers": {"content-type": "image/png"}, "isBase64Encoded": True, "body": base64.b64encode(data).decode()}',
      'def typing(event, context):',
      '    return {"statusCode": 200, "Body": "x"}',
      'def listing(event, context):',
      '    return [1, 2]',
      'def counting(event, context):',
      '    global count',
      '    count += 1',
      '    return {"statusCode": 200, "body": str(count)}',
      'def time(event, context):',
      '    return {"statusCode": 200, "body": str(event["requestContext"]["requestTimeEpoch"])}',
      '',
    ].join('\n'),
  })
  let dev: TestDev

  beforeAll(async () => {
    dev = await openDev(root, { as: 'rest' })
  })
  afterAll(() => dev.close())

  it('sends and answers any bytes', async () => {
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, n) => n % 256))
    const { status, headers, body } = await ask(`${dev.url}/app.upload/`, {
      method: 'POST',
      body: bytes,
      headers: { 'content-type': 'image/png', accept: 'image/png' },
    })
    expect([status, headers['content-type'], body.equals(bytes)]).toEqual([200, 'image/png', true])
  })

  it('names the key, or the type, that makes a 502', async () => {
    for (const [name, words] of [
      ['typing', 'REST API refuses the answer because of the key `Body`'],
      ['listing', 'REST API refuses the answer because it is a list'],
    ] as const) {
      expect((await fetch(`${dev.url}/app.${name}/`)).status).toBe(502)
      expect((await dev.last()).judged[0]?.message).toContain(words)
    }
  })

  it('answers requests that come at once, the first ones, too', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => fetch(`${dev.url}/app.time/`)))
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
  })

  it('tells the time in milliseconds', async () => {
    const time = Number(await (await fetch(`${dev.url}/app.time/`)).text())
    expect(Math.abs(Date.now() - time)).toBeLessThan(10_000)
  })

  it('keeps what a handler has opened, until its code changes', async () => {
    const answers: string[] = []
    for (let n = 0; n < 3; n++) answers.push(await (await fetch(`${dev.url}/app.counting/`)).text())
    expect(answers).toEqual(['1', '2', '3'])
  })

  it('has a row in docs/dev-complaints.md for each, with a test that is there', () => {
    const repository = join(import.meta.dirname, '../..')
    const page = readFileSync(join(repository, 'docs/dev-complaints.md'), 'utf8')
    const named = [...page.matchAll(/\| `(?<file>[\w-]+\.test\.ts)`: (?<title>[^|]+) \|$/gm)].map(
      ({ groups }) => groups,
    )
    expect(named.length).toBeGreaterThan(20)
    for (const { file = '', title = '' } of named.map((groups) => groups ?? {})) {
      const path = [`test/dev/${file}`, `test/cli/${file}`, `test/core/http/${file}`].find((one) =>
        existsSync(join(repository, one)),
      )
      expect(readFileSync(join(repository, path ?? file), 'utf8')).toContain(title.trim())
    }
  })
})
