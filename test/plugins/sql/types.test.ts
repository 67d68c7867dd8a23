import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect, it } from 'vitest'
import { folder } from '../../support/folder.ts'

const workspace = fileURLToPath(new URL('../../../', import.meta.url))

const consumer = `import sql from '@anyhandler/sql'
import type { FunctionModule, SqlOptions } from '@anyhandler/sql'

export const options: SqlOptions = { functions: './functions.js' }
export const plugin = sql(options)

const functions: FunctionModule = (db) => {
  db.function('slug', { deterministic: true }, (text: string) => text.toLowerCase())
  db.function('even', (n: number) => n % 2 === 0)
  db.function('kind', (value) => typeof value)
  db.aggregate('longest', { start: '', step: (best, text: string) => (text.length > best.length ? text : best) })
  db.table('numbers', { columns: ['n'], *rows(count: number) { for (let n = 0; n < count; n++) yield [n] } })
  // @ts-expect-error: no value of SQL
  db.function('wrong', () => new Date())
  // @ts-expect-error: nothing is run from here
  db.exec('SELECT 1')
}
export default functions
`

it("a project that has no types of better-sqlite3 compiles against the package's, library checks on", async () => {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    preserveSymlinks: true,
  }
  const root = folder({
    'package.json': '{"type":"module"}',
    'index.ts': consumer,
    'tsconfig.json': JSON.stringify({ compilerOptions, files: ['index.ts'] }),
  })
  for (const [name, from] of Object.entries({ core: 'core', sql: 'plugins/sql' })) {
    const to = join(root, 'node_modules/@anyhandler', name)
    for (const part of ['dist', 'package.json'])
      cpSync(join(workspace, from, part), join(to, part), { recursive: true })
  }
  mkdirSync(join(root, 'node_modules/@types'))
  for (const name of ['@types/node', 'undici-types'])
    symlinkSync(join(workspace, 'node_modules', name), join(root, 'node_modules', name))
  const { stdout, exitCode } = await execa(process.execPath, [join(workspace, 'node_modules/.bin/tsc'), '-p', root], {
    reject: false,
  })
  expect([stdout, exitCode]).toEqual(['', 0])
}, 30_000)
