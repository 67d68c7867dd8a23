import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { anyhandler } from '../../../support/command.ts'
import { folder } from '../../../support/folder.ts'

const driver = join(import.meta.dirname, 'faulty-driver.py')
/** The others get ready, in as much time as a busy machine takes. */
const plugin = `import { childPlugin } from '@anyhandler/core/child'
export default () => childPlugin({
  name: 'faulty', extensions: ['.faulty'], outputs: { stdout: 'log' },
  readyMs: process.env.FAULT === 'silent' ? 1000 : 20_000,
  command: () => ({ file: 'python3', args: [${JSON.stringify(driver)}] }),
})
`

/** What `ANYHANDLER_TRACE` shows of the first driver; what differs from run to run is put into one form. */
async function traceOf(fault: string): Promise<string> {
  const root = folder({
    'hello.faulty': '',
    'plugin.mjs': plugin,
    'anyhandler.config.json': '{"plugins":{"faulty":{"package":"./plugin.mjs","extensions":[".faulty"]}}}',
  })
  mkdirSync(join(root, 'node_modules/@anyhandler'), { recursive: true })
  symlinkSync(join(import.meta.dirname, '../../../../core'), join(root, 'node_modules/@anyhandler/core'))
  const { stderr } = await anyhandler(['invoke', 'hello', '--root', root], {
    input: 'one',
    env: { FAULT: fault, ANYHANDLER_TRACE: 'lane,frames' },
  })
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('anyhandler trace') && !line.includes('faulty-2'))
    .map((line) =>
      line
        .replace(/^anyhandler trace [\d.]+ ms /, 'anyhandler trace … ms ')
        .replace(/process \d+/, 'process 123')
        .replace(/(load|context), \d+ bytes/, '$1, … bytes')
        .replace(/file=[^\\]*hello/, 'file=/var/task/hello')
        .replace(/("stdout\\":) \d+/, '$1 3'),
    )
    .join('\n')
}

const page = readFileSync(join(import.meta.dirname, '../../../../docs/debugging.md'), 'utf8')

it.each([
  ['silent', 'that never says ready'],
  ['half-done', 'that dies in the middle of a frame'],
  ['stays', 'that ignores its end and SIGTERM'],
])('docs/debugging.md shows the trace of a driver (%s) %s', async (fault) => {
  const trace = await traceOf(fault)
  expect(trace.length).toBeGreaterThan(100)
  expect(trace).not.toContain('"one"')
  expect(page).toContain(trace)
})
