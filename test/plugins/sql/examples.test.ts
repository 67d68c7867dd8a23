import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { anyhandler, bin } from '../../support/command.ts'
import { taskFolder } from '../../support/task-folder.ts'

const examples = join(import.meta.dirname, '../../../examples')

async function answerOf(
  folder: string,
  handler: string,
  event: unknown,
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const { stdout, exitCode, stderr } = await anyhandler(
    ['invoke', handler, '--root', join(examples, folder), '--event', JSON.stringify(event)],
    { env },
  )
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  return JSON.parse(stdout)
}

describe('examples/links, a link shortener', () => {
  test('creates links, follows them, counts the visits and lists them, the same behind every front door', async () => {
    const { stdout, stderr } = await execa(join(examples, 'links/behind-all.sh'), {
      env: { AWS_REGION: 'eu-central-1', ANYHANDLER: `${process.execPath} ${bin}` },
    })
    expect(stderr.split('\n').filter((line) => !line.includes('lets one cookie of an answer through'))).toEqual([])
    for (const door of ['http', 'rest', 'http-1.0', 'url', 'alb', 'alb-multi', 'lattice', 'lattice-1'])
      expect(stdout.split('\n')).toContain(`${door}: the same`)
    const answers = stdout.split(/^== /m).slice(1)
    expect(answers.map((answer) => /HTTP\/1\.1 (\d+)/.exec(answer)?.[1])).toEqual([
      '201',
      '201',
      '409',
      '400',
      '302',
      '302',
      '404',
      '200',
      '200',
    ])
    expect(answers[0]).toContain('cache-control: no-store, private\n')
    expect(answers[0]).toContain('location: /way\n')
    expect(answers[0]).toContain(
      'set-cookie: last=way; Path=/, seen=1; Path=/; Expires=Wed, 21 Oct 2037 07:28:00 GMT\n',
    )
    expect(answers[5]).toContain('location: https://example.com/a?b=c\n')
    expect(answers[7]).toContain('"hits":2')
  }, 180_000)

  test('takes no SQL from a request', async () => {
    const env = { LINKS_DATABASE: join(taskFolder(), 'links.db') }
    const { stdout } = await anyhandler(
      ['invoke', 'follow', '--root', join(examples, 'links'), '--http', "/'%20OR%201=1%20--"],
      { env },
    )
    expect(stdout).toContain('HTTP/1.1 404 Not Found')
  })
})

describe('examples/cart-sql', () => {
  test('works out what a cart costs', async () => {
    expect(
      await answerOf('cart-sql', 'cart', JSON.parse(readFileSync(join(examples, 'cart-sql/event.json'), 'utf8'))),
    ).toEqual({
      customer: 'c-17',
      accepted: 1,
      items: [
        { sku: 'pen', cents: 1200 },
        { sku: 'paper', cents: 499 },
      ],
      net_cents: 1699,
      tax_cents: 323,
      total_cents: 2022,
      problems: [],
    })
  })

  test('says what is wrong with a cart', async () => {
    const items = [{ sku: 'pen' }, { sku: 'pen', price: 1 }]
    expect(await answerOf('cart-sql', 'cart', { customer: 'c-17', items })).toMatchObject({
      accepted: 0,
      problems: ['pen has no price', 'pen occurs 2 times'],
    })
  })
})
