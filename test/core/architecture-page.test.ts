import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
const walk = page.slice(page.indexOf('## A walk'), page.indexOf('## Places'))
/** A step's sentences stand on lines of their own. */
const steps = walk.match(/^\d\. .*(?:\n {3}\S.*)*/gm) ?? []

/** `Host` (`core/src/host/host.ts`): a name, and the file behind it. */
const pairs = steps.flatMap((step) => [...step.matchAll(/`(\w+)` \(`([\w/.-]+\.ts)`\)/g)])
const files = steps.flatMap((step) => [...step.matchAll(/`([\w/.-]+\/[\w.-]+\.ts)`/g)].map(([, file = '']) => file))

describe('the walk in docs/architecture.md', () => {
  it('takes eight steps at most for a thread, and for a child', () => {
    const numbers = steps.map((step) => Number(step[0]))
    const [thread, child] = [numbers.slice(0, numbers.lastIndexOf(8) + 1), numbers.slice(numbers.lastIndexOf(8) + 1)]
    expect(thread).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(child).toEqual([3, 6])
  })

  it('names files that exist', () => {
    expect(files.length).toBeGreaterThan(15)
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([])
  })

  it.each(pairs.map(([, name = '', file = '']) => [name, file]))('%s stands in %s', (name, file) => {
    const source = readFileSync(join(root, file), 'utf8')
    expect(source).toMatch(new RegExp(`\\b${name}\\b`))
  })
})
