import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { anyhandler } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'

const core = fileURLToPath(new URL('../../../core', import.meta.url))
const keys =
  'echo fail hang exit kill background fork large bytes debug descriptors context stream concurrency growth missing failedSetup cleanup'
const cannot = Object.fromEntries(keys.split(' ').map((key) => [key, { handler: null, reason: 'not asked here' }]))

const manifest = {
  name: 'anyhandler-plugin-echo',
  version: '1.0.0',
  type: 'module',
  exports: './index.js',
  files: ['index.js', 'driver'],
  peerDependencies: { '@anyhandler/core': '>=0.1.0' },
  anyhandlerPlugin: { name: 'echo', extensions: ['.echo'], driver: 'driver', functions: 'first-dot' },
}

/** A plugin that answers with the event, or with the function's name where the handler names one. */
const code = `import { answer } from '@anyhandler/core'
export default () => ({
  name: 'echo',
  extensions: ['.echo'],
  setup() {},
  invoke: ({ event, handler }) => answer({ body: handler.function === 'Some::Name.method' ? event : 'no' }),
  cleanup() {},
})
`

interface Given {
  readonly manifest?: object
  readonly code?: string
  readonly handlers?: object
}

function plugin(given: Given = {}): string {
  const root = folder({
    'package.json': JSON.stringify({ ...manifest, ...given.manifest }),
    'index.js': given.code ?? code,
    'driver/start': '',
    'test/handlers/app.echo': '',
    ...(given.handlers && { 'test/handlers/conformance.json': JSON.stringify(given.handlers) }),
  })
  mkdirSync(join(root, 'node_modules/@anyhandler'), { recursive: true })
  symlinkSync(core, join(root, 'node_modules/@anyhandler/core'))
  return root
}

const check = (cwd: string, ...more: readonly string[]) => anyhandler(['plugins', '--check', '.', ...more], { cwd })

describe('anyhandler plugins --check', () => {
  it('refuses flags of the list beside --check, and those of --check without it', async () => {
    expect((await anyhandler(['plugins', '--check', 'x', '--json'])).stderr).toContain(
      'plugins --check has no flag --json',
    )
    expect((await anyhandler(['plugins', '--handlers', 'x'])).stderr).toContain('--handlers needs --check')
  })

  it("runs the kit with the package's own traits, and says each case", async () => {
    const handlers = { ...cannot, echo: 'app.Some::Name.method', cleanup: 'app' }
    const { stdout, stderr, exitCode } = await check(plugin({ handlers }))
    expect(stderr).toBe('')
    expect(stdout).toMatch(
      /^ok {5}package\.json: echo runs \.echo\nok {5}index\.js makes a plugin\nok {5}echo: .* ms\)\n/,
    )
    expect(stdout).toMatch(/^18 cases of the conformance kit for echo, 0 failures$/m)
    expect(exitCode).toBe(0)
  })

  it('says which case fails, and why', async () => {
    const { stdout, exitCode } = await check(plugin({ handlers: { ...cannot, echo: 'app' } }))
    expect(stdout).toMatch(/^error {2}echo: .*\n {7}the answer differs from byte 0 on/m)
    expect(stdout).toMatch(/, 1 failure$/m)
    expect(exitCode).toBe(1)
  })

  it.each<[string, Given, RegExp]>([
    ['no table of handlers', {}, /the conformance kit was not run: there is no \S+\/test\/handlers\/conformance\.json/],
    [
      'a table without a case',
      { handlers: { echo: 'app' } },
      /conformance\.json: the conformance kit needs a handler for fail, /,
    ],
    ['no language', { manifest: { anyhandlerPlugin: { extensions: [] } } }, /anyhandlerPlugin\.name is missing/],
    [
      'a driver that npm leaves out',
      { manifest: { files: ['index.js'] } },
      /files doesn't name 'driver', so npm would not publish/,
    ],
    [
      'a second copy of core',
      { manifest: { dependencies: { '@anyhandler/core': '*' } } },
      /among its dependencies; make it a peer/,
    ],
    [
      'a core that nobody asks for',
      { manifest: { peerDependencies: {} } },
      /peerDependencies doesn't name @anyhandler\/core/,
    ],
    ['no factory', { code: 'export default 5\n' }, /has no function as its default export/],
    [
      'no plugin',
      { code: 'export default () => ({ name: "other" })\n' },
      /its name is 'other' but it is configured as 'echo'/,
    ],
    [
      'other extensions',
      { code: code.replace("'.echo'", "'.other'") },
      /the plugin's extensions are \.other, but its package\.json says \.echo/,
    ],
  ])('finds %s', async (_, given, message) => {
    const { stdout, exitCode } = await check(plugin(given))
    expect(stdout).toMatch(message)
    expect(exitCode).toBe(1)
  })

  it('says that a package is not installed', async () => {
    const { stdout, exitCode } = await anyhandler(['plugins', '--check', 'anyhandler-plugin-none'], { cwd: folder({}) })
    expect(stdout).toMatch(/^error {2}.*the package 'anyhandler-plugin-none' is not installed/)
    expect(exitCode).toBe(1)
  })
})
