import { execFileSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { expect, it } from 'vitest'

const source = 'function probe() { return 1 }'
const core = pathToFileURL(join(import.meta.dirname, '../../../core/src/')).href

/** Whether V8, after a first event, refuses a code cache that was made under the usual flags. */
function isRefused(then: string, version = process.version): boolean {
  const cache = new Script(source).createCachedData().toString('base64')
  const program = `
import { Script } from 'node:vm'
import { expectFewEvents } from '${core}host/few-events.ts'
import { needUsualFlags } from '${core}usual-flags.ts'
expectFewEvents('${version}')
${then}
const script = new Script(${JSON.stringify(source)}, { cachedData: Buffer.from('${cache}', 'base64') })
console.log(script.cachedDataRejected)`
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })
  return printed === 'true\n'
}

it('each flag of V8 that changes after the first event is the usual one again while a thread starts', () => {
  expect(isRefused('')).toBe(true)
  expect(isRefused('needUsualFlags()')).toBe(false)
})

it('a version of Node that may not know the flags keeps its own', () => {
  expect(isRefused('', 'v26.0.0')).toBe(false)
})
