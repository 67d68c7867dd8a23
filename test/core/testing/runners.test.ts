import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { taskFolder } from '../../support/task-folder.ts'

const repository = join(import.meta.dirname, '../../..')
const page = readFileSync(join(repository, 'docs/testing.md'), 'utf8')
const block = /^```ts\n(?<code>import \{ test \} from 'node:test'[^]*?)^```/m.exec(page)?.groups?.code ?? ''

/** A plugin whose every handler echoes: most cases find that wrong, and each must have been run to its end. */
const plugin = `export default () => ({
  name: 'echo',
  extensions: ['.echo'],
  setup({ handlers }) { for (const { name, function: method } of handlers) if (method ?? name === 'unloadable') throw new Error('no ' + (method ?? name)) },
  invoke: ({ event }) => event,
  cleanup() {},
})
`

/** A folder with the page's lines in it as they stand, but for the runner. */
function project(code: string): string {
  const files = ['echo', 'fail', 'hang', 'exit', 'kill', 'background', 'fork', 'bytes', 'debug', 'descriptors']
  const more = ['context', 'stream', 'pausing', 'unloadable', 'app']
  const handlers = [...files, ...more].map((name) => [`test/handlers/${name}.echo`, ''])
  const folder = taskFolder({
    'package.json': '{"type":"module"}',
    'index.js': plugin,
    'test/kit.test.js': code,
    ...Object.fromEntries(handlers),
  })
  mkdirSync(join(folder, 'node_modules/@anyhandler'), { recursive: true })
  symlinkSync(join(repository, 'core'), join(folder, 'node_modules/@anyhandler/core'))
  symlinkSync(join(repository, 'node_modules/vitest'), join(folder, 'node_modules/vitest'))
  return folder
}

/** A hanging case takes seconds: quick ones, of which two find a fault, say as much of a runner. */
const some = '^(echo|fail|bytes|cleanup):'
const vitest = join(repository, 'node_modules/vitest/vitest.mjs')

const run = (folder: string, ...args: readonly string[]) =>
  execa(process.execPath, ['--conditions=source', ...args], {
    cwd: folder,
    reject: false,
    env: { NODE_TEST_CONTEXT: undefined, VITEST: undefined, VITEST_WORKER_ID: undefined, NO_COLOR: '1' },
  })

describe('the lines of docs/testing.md', () => {
  test('run the cases with node:test, with vitest and in a plain script', async () => {
    const [, line = ''] = /Without a test runner: `(.+?)`/.exec(page) ?? []
    const script = block.replace(/^import \{ test \}.*$/m, '').replace(/^for .*$/m, line)
    const [inNode, inVitest, plain] = await Promise.all([
      run(project(block), '--test', `--test-name-pattern=${some}`),
      run(project(block.replace("'node:test'", "'vitest'")), vitest, 'run', '-t', some),
      run(project(script), 'test/kit.test.js'),
    ])
    expect(inNode.stdout).toMatch(/^(ℹ|#) pass 2$/m)
    expect(inNode.stdout).toMatch(/the event was to fail, but its outcome is 'response'/)
    expect(inVitest.stdout).toMatch(/Tests +2 failed \| 2 passed \| 14 skipped/)
    expect(plain.stderr).toMatch(/ConformanceError: the event was to fail, but its outcome is 'response'/)
    expect(plain.exitCode).toBe(1)
  }, 120_000)
})
