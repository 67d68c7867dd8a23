import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fc } from '../../support/properties.ts'
import { describe, expect, it } from 'vitest'
import { importTarget } from '../../../core/src/registry/package-exports.ts'
import { resolvePlugin } from '../../../core/src/registry/plugin-package.ts'
import { taskFolder } from '../../support/task-folder.ts'

const run = promisify(execFile)

describe('the places of a plugin package', () => {
  const wanted = { name: 'perl', specifier: 'anyhandler-plugin-perl' }
  const file = 'node_modules/anyhandler-plugin-perl/index.js'

  it('are the task root, then the layers', () => {
    const root = taskFolder({ [file]: '' })
    const layer = taskFolder({ [file]: '' })
    expect(resolvePlugin(wanted, root, join(layer, 'node_modules'))).toBe(join(root, file))
    expect(resolvePlugin(wanted, taskFolder(), join(layer, 'node_modules'))).toBe(join(layer, file))
  })

  it('are at last where the host itself is installed', () => {
    const host = resolvePlugin({ name: 'x', specifier: 'valibot' }, taskFolder())
    expect(host).toBe(join(import.meta.dirname, '../../../node_modules/valibot/dist/index.mjs'))
    const layer = taskFolder({ 'valibot/index.js': '' })
    expect(resolvePlugin({ name: 'x', specifier: 'valibot' }, taskFolder(), layer)).toBe(
      join(layer, 'valibot/index.js'),
    )
  })
})

describe('Node alone, without a test runner between', () => {
  const factory = `(options) => ({ name: 'perl', extensions: ['.pl'], setup() {}, invoke() { return options.a }, cleanup() {} })`

  it.each<[what: string, files: Record<string, string>, specifier: string]>([
    [
      'an ES module',
      {
        'node_modules/p/package.json': '{"exports":{"import":"./a.mjs"}}',
        'node_modules/p/a.mjs': `export default ${factory}`,
      },
      'p',
    ],
    [
      'CommonJS',
      { 'node_modules/p/package.json': '{}', 'node_modules/p/index.js': `module.exports = ${factory}` },
      'p',
    ],
    [
      'CommonJS compiled from a module',
      { 'p.cjs': `Object.defineProperty(exports, '__esModule', { value: true }); exports.default = ${factory}` },
      './p.cjs',
    ],
    ['TypeScript', { 'p.mts': `const options: object = {}\nexport default ${factory}` }, './p.mts'],
  ])('loads %s without a warning', async (_, files, specifier) => {
    const root = taskFolder(files)
    const config = {
      transport: 'socket',
      concurrency: 1,
      handlers: {},
      plugins: { perl: { package: specifier, extensions: ['.pl'], options: { a: 'it runs' } } },
    }
    const script = `import { Registry } from ${JSON.stringify(new URL('../../../core/src/registry/registry.ts', import.meta.url).href)}
      const plugin = await new Registry({}, ${JSON.stringify(config)}, ${JSON.stringify(root)}).load('perl')
      process.stdout.write(plugin.invoke())`
    expect(await run(process.execPath, ['--conditions=source', '--input-type=module', '-e', script])).toEqual({
      stdout: 'it runs',
      stderr: '',
    })
  })
})

/** What Node's own `import` takes, for packages that every sort of `exports` describes. */
async function asNodeDoes(cases: readonly { exports: unknown; subpath: string }[]): Promise<(string | undefined)[]> {
  const root = taskFolder(
    Object.fromEntries(
      cases.map(({ exports }, index) => [`node_modules/p${index}/package.json`, JSON.stringify({ exports })]),
    ),
  )
  const script = `const found = []
    for (const name of ${JSON.stringify(cases.map(({ subpath }, index) => `p${index}${subpath.slice(1)}`))}) {
      try { found.push(new URL(import.meta.resolve(name)).pathname.split('/node_modules/')[1].replace(/^[^/]+/, '.')) } catch { found.push(null) }
    }
    process.stdout.write(JSON.stringify(found))`
  const { stdout } = await run(process.execPath, ['--conditions=source', '--input-type=module', '-e', script], {
    cwd: root,
  })
  return (JSON.parse(stdout) as (string | null)[]).map((found) => found ?? undefined)
}

describe('exports', () => {
  const target = fc.constantFrom('./a.js', './b.mjs', './c/d.js')
  const condition = fc.constantFrom('node', 'import', 'require', 'default', 'browser', 'source', 'types', 'module-sync')
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      target,
      fc.constant(null),
      fc.dictionary(condition, tie('value'), { maxKeys: 3, noNullPrototype: true }),
      fc.array(target, { minLength: 1, maxLength: 2 }),
    ),
  }))
  const key = fc.constantFrom('.', './x', './x/*', './*', './y/*.js', './x/y/*')
  const starred = fc.constantFrom('./a.js', './lib/*.js', './*/index.js')
  const exports = fc.oneof(
    value,
    fc.dictionary(key, fc.oneof(value, starred), { maxKeys: 4, minKeys: 1, noNullPrototype: true }),
  )
  const subpath = fc.constantFrom('.', './x', './x/1', './y/2.js', './x/y/3', './z')

  /** What the generated ones hardly hit. */
  const rare: readonly { readonly exports: unknown; readonly subpath: string }[] = [
    { exports: { node: { browser: './b.mjs' }, default: './a.js' }, subpath: '.' },
    { exports: { './x.*': './a.js' }, subpath: './x/1' },
    { exports: { './x.*': './a.js' }, subpath: './xy1' },
    { exports: { './x': null, './*': './a.js' }, subpath: './x' },
    { exports: [{ browser: './b.mjs' }, './a.js'], subpath: '.' },
  ]

  it('lead where they lead for Node', async () => {
    const generated = fc.sample(fc.record({ exports, subpath }), { numRuns: 600, seed: 7 })
    const cases = [...generated.filter(({ exports: given }) => given !== null), ...rare]
    const expected = await asNodeDoes(cases)
    expect(expected.filter(Boolean).length).toBeGreaterThan(100)
    const differences = cases.flatMap(({ exports: given, subpath: path }, index) => {
      const found = importTarget(given, path)
      return found === expected[index]
        ? []
        : [{ exports: JSON.stringify(given), path, found, expected: expected[index] }]
    })
    expect(differences).toEqual([])
  })
})
