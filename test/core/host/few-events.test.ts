import { execFileSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { expect, it } from 'vitest'

const source = 'function probe() { return 1 }'
const core = pathToFileURL(join(import.meta.dirname, '../../../core/src/')).href

/** What the host does around the first event. */
const before = (version: string): string => `expectFewEvents('${version}')\n`
const after = (version: string): string => `${before(version)}passFirstEvent('${version}')\n`

/** Whether V8 then refuses a code cache that was made under the usual flags. */
function isRefused(program: string): boolean {
  const cache = new Script(source).createCachedData().toString('base64')
  const whole = `
import { Script } from 'node:vm'
import { expectFewEvents, passFirstEvent } from '${core}host/few-events.ts'
import { loadUnderUsualFlags, needUsualFlags } from '${core}usual-flags.ts'
${program}
const script = new Script(${JSON.stringify(source)}, { cachedData: Buffer.from('${cache}', 'base64') })
console.log(script.cachedDataRejected)`
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', whole], { encoding: 'utf8' })
  return printed === 'true\n'
}

it.each([
  ['before the first event', before(process.version)],
  ['after it', after(process.version)],
])('each flag of V8 that changes %s is the usual one again while a thread starts', (_, program) => {
  expect(isRefused(program)).toBe(true)
  expect(isRefused(`${program}needUsualFlags()`)).toBe(false)
})

/** The flags that hold in the end: V8 also accepts a cache that was made under other values of some of them. */
function flagsAfter(program: string): string[] {
  const whole = `
import v8 from 'node:v8'
import { syncBuiltinESMExports } from 'node:module'
const set = v8.setFlagsFromString
const flags = new Map()
v8.setFlagsFromString = (flag) => {
  flags.set(flag.replace('--no-', '--').split('=')[0], flag)
  set(flag)
}
syncBuiltinESMExports()
const { expectFewEvents, passFirstEvent } = await import('${core}host/few-events.ts')
const { needUsualFlags } = await import('${core}usual-flags.ts')
${program}
console.log([...flags.values()].join(' '))`
  return execFileSync(process.execPath, ['--input-type=module', '--eval', whole], { encoding: 'utf8' })
    .trim()
    .split(' ')
}

it('V8 looks at values early during the first event only, and not while a thread starts', () => {
  expect(flagsAfter(before(process.version))).toEqual(['--no-sparkplug', '--no-lazy-feedback-allocation'])
  expect(flagsAfter(`${before(process.version)}needUsualFlags()`)).toEqual([
    '--sparkplug',
    '--lazy-feedback-allocation',
  ])
  expect(flagsAfter(after(process.version))).toEqual([
    '--no-sparkplug',
    '--lazy-feedback-allocation',
    '--memory-reducer-gc-count=0',
  ])
})

it('a part of the host that an event loads fits its code cache', () => {
  const load = `const { promise, resolve } = Promise.withResolvers()
const loaded = loadUnderUsualFlags(() => promise)
`
  expect(isRefused(before(process.version) + load)).toBe(false)
  expect(isRefused(`${before(process.version) + load}resolve()\nawait loaded`)).toBe(true)
})

it('a version of Node that may not know the flags keeps its own', () => {
  expect(isRefused(after('v26.0.0'))).toBe(false)
})
