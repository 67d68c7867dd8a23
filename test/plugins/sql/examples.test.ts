import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anyhandler } from '../../support/command.ts'
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
  test('creates links, follows them, counts the visits and lists them', async () => {
    const env = { LINKS_DATABASE: join(taskFolder(), 'links.db') }
    const create = (body: unknown) => answerOf('links', 'create', { body: JSON.stringify(body) }, env)
    const json = { 'content-type': 'application/json' }

    const url = 'https://example.com/a/long/way?to=follow'
    expect(await create({ url, slug: 'way' })).toEqual({
      statusCode: 201,
      headers: { ...json, location: '/way' },
      body: JSON.stringify({ slug: 'way', url }),
    })
    expect(await create({ url, slug: 'way' })).toEqual({
      statusCode: 409,
      headers: json,
      body: '{"error":"the slug is taken"}',
    })
    const refused = {
      statusCode: 400,
      headers: json,
      body: '{"error":"url must be a web address, slug a word of a-z, 0-9 and -"}',
    }
    expect(await create({ url: 'ftp://example.com', slug: 'other' })).toEqual(refused)
    expect(await create({ url, slug: 'No Good' })).toEqual(refused)
    expect(await create({ url })).toMatchObject({
      statusCode: 201,
      headers: { location: expect.stringMatching(/^\/[0-9a-f]{8}$/) as string },
    })

    const follow = (slug: string) => answerOf('links', 'follow', { pathParameters: { slug } }, env)
    const found = { statusCode: 302, headers: { location: url, 'cache-control': 'no-store' }, body: '' }
    expect(await follow('way')).toEqual(found)
    expect(await follow('way')).toEqual(found)
    expect(await follow("' OR 1=1 --")).toMatchObject({ statusCode: 404 })

    const list = (await answerOf('links', 'list', { queryStringParameters: { limit: '1' } }, env)) as {
      readonly body: string
    }
    expect(JSON.parse(list.body)).toHaveLength(1)
    const stats = (await answerOf('links', 'stats', { pathParameters: { slug: 'way' } }, env)) as {
      readonly body: string
    }
    const { days, ...rest } = JSON.parse(stats.body) as { readonly days: Record<string, number> }
    expect(rest).toEqual({ slug: 'way', url, hits: 2 })
    expect(Object.values(days).reduce((sum, n) => sum + n, 0)).toBe(2)
    expect(await answerOf('links', 'stats', { pathParameters: { slug: 'none' } }, env)).toMatchObject({
      statusCode: 404,
    })
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
