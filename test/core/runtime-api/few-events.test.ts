import { join } from 'node:path'
import { Script } from 'node:vm'
import { expect, it, onTestFinished } from 'vitest'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import { folder } from '../../support/folder.ts'
import { startRuntime } from '../../support/runtime-process.ts'
import { until } from '../../support/served.ts'
import { taskFolder } from '../../support/task-folder.ts'

/**
 * Tells on SIGUSR2 whether V8 takes a code cache that was made under the usual flags. Each time another one: V8 asks
 * for none where it has compiled the same text before.
 */
function probe(): string {
  const sources = Array.from({ length: 9 }, (_, n) => `function probe${n}() { return ${n} }`)
  const caches = sources.map((source) => [source, new Script(source).createCachedData().toString('base64')])
  const root = folder({
    'probe.cjs': `const { Script } = require('node:vm')
const caches = ${JSON.stringify(caches)}
process.on('SIGUSR2', () => {
  const [source, cache] = caches.pop()
  const script = new Script(source, { cachedData: Buffer.from(cache, 'base64') })
  process.stderr.write('refused: ' + script.cachedDataRejected + '\\n')
})
`,
  })
  return join(root, 'probe.cjs')
}

async function start(root: string) {
  const api = await RuntimeApiServer.start()
  onTestFinished(() => api.close())
  const env = { NODE_OPTIONS: `--require=${probe()}` }
  const runtime = startRuntime({ address: api.address, root, handler: 'hello', env })
  let asked = 0
  const isRefused = async (): Promise<boolean> => {
    asked += 1
    runtime.kill('SIGUSR2')
    await until(() => runtime.stderr.split('refused: ').length > asked)
    return runtime.stderr.trimEnd().endsWith('true')
  }
  return { api, isRefused }
}

it('V8 counts on few events after the first one, where the host runs its own code alone', async () => {
  const { api, isRefused } = await start(taskFolder({ 'hello.sh': 'echo 1\n' }))
  expect(api.requests).toEqual([])
  await api.invoke('{}')
  await api.invoke('{}')
  expect(await isRefused()).toBe(true)
})

it.each(['script', 'python'])(
  "V8 keeps to its usual flags beside a plugin from outside (%s), which may load Node's modules later",
  async (name) => {
    const root = taskFolder({
      'anyhandler.config.json': `{"plugins":{"${name}":{"package":"./plugin.mjs","extensions":[".script"]}}}`,
      'hello.script': '',
      'plugin.mjs': `export default () => ({ name: '${name}', extensions: ['.script'], setup() {}, cleanup() {}, invoke: ({ event }) => event })\n`,
    })
    const { api, isRefused } = await start(root)
    await api.invoke('{}')
    await api.invoke('{}')
    expect(await isRefused()).toBe(false)
  },
)
