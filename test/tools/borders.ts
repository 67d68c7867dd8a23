/** `npm run borders`: writes the lint rules and the picture of docs/architecture.md from the table of layers. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lintBorders, withPicture } from '../support/borders.ts'

const root = join(import.meta.dirname, '../..')
const lintFile = join(root, '.oxlintrc.json')
const lint = JSON.parse(readFileSync(lintFile, 'utf8')) as {
  overrides: { readonly files: readonly string[]; readonly rules: object }[]
}
const own = lint.overrides.filter(({ files }) => !files.some((file) => /^(?:[\w-]+|plugins\/[\w-]+)\/src\b/.test(file)))
writeFileSync(lintFile, `${JSON.stringify({ ...lint, overrides: [...lintBorders(), ...own] }, undefined, 2)}\n`)
const page = join(root, 'docs/architecture.md')
writeFileSync(page, withPicture(readFileSync(page, 'utf8')))
