import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { charts } from './support/charts.ts'
import { figureOf, quoting, readResults, withFigures } from './support/figures.ts'

const root = join(import.meta.dirname, '..')
const results = readResults()
const read = (page: string): string => readFileSync(join(root, page), 'utf8')

describe('the figures of the benchmark', () => {
  it.each(quoting)('in %s are those of bench/results.md: npm run figures', (page) => {
    const { text, count } = withFigures(read(page), results)
    expect(text).toBe(read(page))
    expect(count).toBeGreaterThan(0)
  })

  it.each(charts(results))('are drawn in $file: npm run figures', ({ file, svg }) => {
    expect(svg).toBe(read(file))
    expect(svg.match(/<rect class="own"/g)?.length).toBeGreaterThanOrEqual(5)
  })

  it('stand in the README with a mark that says which they are', () => {
    const [, costs = ''] = /\n## What it costs\n([^]*?)\n## /.exec(read('README.md')) ?? []
    const bare = costs.replaceAll(/<!-- .*? -->[\d.]+(?: to [\d.]+)?(?: (?:µs|MB))?/g, '')
    expect(bare.match(/\d+(?:\.\d+)? (?:µs|MB)|\b\d\.\d\d?\b/g) ?? []).toEqual([])
  })
})

describe('a figure', () => {
  const some = readResults('| a | b |\n|---|---|\n').rows
  const given = {
    where: '',
    rows: [
      ...some,
      { what: 'sql, warm', runtime: 'anyhandler (1 process)', cells: { median: '1.26 ms', ratio: '0.36 (≤ 0.5)' } },
    ],
  }

  it.each([
    ['<!-- =sql, warm / anyhandler / median -->7 µs', '1.26 ms'],
    ['<!-- =sql, warm / anyhandler / median:1 -->7 to 8 µs', '1.3 ms'],
    ['<!-- =sql, warm / anyhandler / median:µs -->7', '1260'],
    ['<!-- =sql, warm / anyhandler / ratio -->7 of it', '0.36'],
    ['<!-- =sql, warm / anyhandler / ratio -->7. of it', '0.36.'],
    ['<!-- ?=sql, cold / anyhandler / ratio -->7', '7'],
  ])('%s becomes %s', (page, figure) => {
    expect(withFigures(`x ${page} y`, given).text).toMatch(new RegExp(`-->${figure}(?: of it)? y$`))
  })

  it.each([
    [
      '<!-- =sql, cold / anyhandler / ratio -->7',
      'bench/results.md has no figure for <!-- =sql, cold / anyhandler / ratio -->7',
    ],
    ['<!-- =sql, warm / anyhandler / ratio --> 7', "1 of the figures can't be read"],
  ])('%s is refused', (page, message) => {
    expect(() => withFigures(page, given)).toThrow(message)
  })

  it('is found by its row and its column', () => {
    expect(results.rows.length).toBeGreaterThan(100)
    expect(figureOf(results, 'layer', 'provided.al2023, x64', 'median')).toMatch(/^\d+\.\d MB$/)
    expect(figureOf(results, 'sql, warm', 'aws-lambda-sql-runtime', 'ratio')).toMatch(/^0\.\d\d$/)
  })
})
