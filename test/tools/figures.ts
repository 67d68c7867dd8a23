/** `npm run figures`: writes the figures of `bench/results.md` into the pages that quote them, and the charts. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { charts } from '../support/charts.ts'
import { quoting, readResults, withFigures } from '../support/figures.ts'

const root = join(import.meta.dirname, '../..')
const results = readResults()

for (const { file, svg } of charts(results)) writeFileSync(join(root, file), svg)

for (const page of quoting) {
  const file = join(root, page)
  const before = readFileSync(file, 'utf8')
  const { text, count } = withFigures(before, results)
  if (text !== before) writeFileSync(file, text)
  process.stdout.write(`${page}: ${count} figures${text === before ? '' : ', written'}\n`)
}
