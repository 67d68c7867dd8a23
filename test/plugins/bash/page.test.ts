import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test('docs/bash-cases.md names every case folder, and no other', () => {
  const page = readFileSync(new URL('../../../docs/bash-cases.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter((line) => line.startsWith('|'))
  const named = new Set(
    rows.flatMap((row) => [...(row.split(' | ').at(-1) ?? '').matchAll(/`([a-z0-9-]+)`/g)].map((match) => match[1])),
  )
  const folders = new Set(readdirSync(new URL('../../cases/bash/', import.meta.url)))
  expect([...folders].filter((name) => !named.has(name))).toEqual([])
  const claimed = [...page.matchAll(/^\|.*\| ((?:`[a-z0-9-]+` ?)+)\|$/gm)].flatMap((match) =>
    [...(match[1] ?? '').matchAll(/`([a-z0-9-]+)`/g)].map((name) => name[1]),
  )
  expect(claimed.length).toBeGreaterThan(100)
  expect(claimed.filter((name) => !folders.has(name as string))).toEqual([])
})
