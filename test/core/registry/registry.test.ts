import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Plugin, PluginFactory } from '@anyhandler/core'
import { HandlerError, HostError } from '@anyhandler/core'
import type { Config, PluginConfig } from '../../../core/src/config/config.ts'
import { Registry } from '../../../core/src/registry/registry.ts'
import type { BuiltIns } from '../../../core/src/registry/registry.ts'
import { taskFolder } from '../../support/task-folder.ts'

const nothing = () => {}

function plugin(name: string, more: Partial<Plugin> = {}): Plugin {
  return { name, extensions: ['.x'], setup: nothing, invoke: nothing, cleanup: nothing, ...more }
}

function builtIn(name: string, extensions: readonly string[], factory: PluginFactory<never> = () => plugin(name)) {
  return { extensions, package: `@anyhandler/${name}`, load: async () => ({ default: factory }) }
}

const builtIns: BuiltIns = {
  bash: { ...builtIn('bash', ['.sh', '.bash']), executables: true },
  sql: builtIn('sql', ['.sql']),
  python: { ...builtIn('python', ['.py']), dottedModules: true, folderModule: '__init__' },
}

function configOf(plugins: Readonly<Record<string, false | PluginConfig>> = {}): Config {
  return { file: 'anyhandler.config.yaml', transport: 'socket', concurrency: 1, shape: true, plugins, handlers: {} }
}

function registry(
  plugins: Readonly<Record<string, false | PluginConfig>> = {},
  taskRoot = '/nowhere',
  table = builtIns,
) {
  return new Registry(table, configOf(plugins), taskRoot)
}

describe('the languages', () => {
  it('are the built-ins when nothing is configured', () => {
    expect(registry().languages).toEqual([
      {
        name: 'bash',
        extensions: ['.sh', '.bash'],
        origin: 'built-in',
        specifier: '@anyhandler/bash',
        executables: true,
      },
      { name: 'sql', extensions: ['.sql'], origin: 'built-in', specifier: '@anyhandler/sql' },
      {
        name: 'python',
        extensions: ['.py'],
        origin: 'built-in',
        specifier: '@anyhandler/python',
        dottedModules: true,
        folderModule: '__init__',
      },
    ])
  })

  it('lose a built-in that is turned off and gain what is added', () => {
    const { languages } = registry({
      bash: false,
      perl: { package: './perl.js', extensions: ['.pl', '.pl'], executables: true },
    })
    expect(languages.map(({ name }) => name)).toEqual(['sql', 'python', 'perl'])
    expect(languages.at(-1)).toEqual({
      name: 'perl',
      extensions: ['.pl'],
      origin: 'configuration',
      specifier: './perl.js',
      executables: true,
    })
  })

  it('take extensions and traits of a built-in from the configuration, and keep what it does not mention', () => {
    const { languages } = registry({
      bash: { extensions: ['.ksh'], executables: false },
      python: { folderModule: 'main' },
    })
    expect(languages[0]).toMatchObject({ extensions: ['.ksh'], origin: 'built-in', executables: false })
    expect(languages[2]).toMatchObject({ extensions: ['.py'], dottedModules: true, folderModule: 'main' })
  })

  it('keep the extensions and traits of a built-in that another package replaces', () => {
    expect(registry({ bash: { package: 'my-bash' } }).languages[0]).toEqual({
      name: 'bash',
      extensions: ['.sh', '.bash'],
      origin: 'configuration',
      specifier: 'my-bash',
      executables: true,
    })
  })

  it('may be turned off where they are not built in: one configuration serves several layers', () => {
    expect(registry({ ruby: false }).languages).toHaveLength(3)
  })

  it.each<[what: string, plugins: Record<string, false | PluginConfig>, code: string, message: string]>([
    [
      'a package is missing',
      { perl: { extensions: ['.pl'] } },
      'Runtime.InvalidConfiguration',
      "anyhandler.config.yaml: plugins.perl.package is missing; a plugin that isn't built in (built in are bash, sql and python) needs package, such as anyhandler-plugin-perl or ./plugins/perl.js, and extensions, such as [.pl]",
    ],
    [
      'extensions are missing',
      { perl: { package: 'p' } },
      'Runtime.InvalidConfiguration',
      'plugins.perl.extensions is missing; a plugin',
    ],
    [
      'a built-in is mistyped',
      { pyhton: { options: {} } },
      'Runtime.InvalidConfiguration',
      "plugins.pyhton.package is missing (did you mean 'python'?)",
    ],
    [
      'a built-in to turn off is mistyped',
      { bsah: false },
      'Runtime.InvalidConfiguration',
      "plugins.bsah turns off a plugin that doesn't exist; did you mean 'bash'?",
    ],
    [
      'two plugins claim an extension',
      { perl: { package: 'p', extensions: ['.pl', '.sh'] } },
      'Runtime.PluginConflict',
      'two plugins claim the extension .sh: bash (@anyhandler/bash) and perl (p); turn one off (plugins.bash: false) or set plugins.bash.extensions or plugins.perl.extensions',
    ],
    [
      'two added plugins claim an extension',
      { a: { package: 'p', extensions: ['.a'] }, b: { package: 'q', extensions: ['.a'] } },
      'Runtime.PluginConflict',
      'the extension .a: a (p) and b (q)',
    ],
    [
      'two plugins claim executables',
      { perl: { package: 'p', extensions: [], executables: true } },
      'Runtime.PluginConflict',
      'two plugins claim executable files: bash (@anyhandler/bash) and perl (p); turn one off (plugins.bash: false) or set plugins.bash.executables or plugins.perl.executables',
    ],
  ])('are refused when %s', (_, plugins, code, message) => {
    expect(() => registry(plugins)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })

  it('may trade an extension: the owner of an extension is the one that still claims it', () => {
    const { languages } = registry({ bash: { extensions: ['.bash'] }, zsh: { package: 'p', extensions: ['.sh'] } })
    expect(languages.find(({ extensions }) => extensions.includes('.sh'))?.name).toBe('zsh')
  })

  it('may be taken from a built-in that yields, unless the configuration gives it to both', () => {
    const table: BuiltIns = { javascript: { ...builtIn('javascript', ['.js', '.mjs']), yields: true } }
    const mine = { package: 'p', extensions: ['.js'] }
    const { languages } = registry({ mine }, '/nowhere', table)
    expect(languages.map(({ name, extensions }) => [name, extensions])).toEqual([
      ['javascript', ['.mjs']],
      ['mine', ['.js']],
    ])
    expect(() => registry({ mine, javascript: { extensions: ['.js'] } }, '/nowhere', table)).toThrow(
      'two plugins claim',
    )
  })
})

describe('loading a built-in', () => {
  it('imports nothing before it is asked, and each plugin once', async () => {
    const imported: string[] = []
    const counted: BuiltIns = Object.fromEntries(
      Object.entries(builtIns).map(([name, entry]) => [
        name,
        { ...entry, load: () => (imported.push(name), entry.load()) },
      ]),
    )
    const plugins = registry({}, '/nowhere', counted)
    expect(imported).toEqual([])
    const [first, second] = await Promise.all([plugins.load('sql'), plugins.load('sql')])
    expect(first).toBe(second)
    expect(await plugins.load('sql')).toBe(first)
    expect(imported).toEqual(['sql'])
  })

  it('gives the factory its options, an empty object when there are none', async () => {
    const given: unknown[] = []
    const table = { sql: builtIn('sql', ['.sql'], (options: unknown) => (given.push(options), plugin('sql'))) }
    const options = Object.freeze({ database: 'data.db' })
    await registry({ sql: { options } }, '/nowhere', table).load('sql')
    await registry({}, '/nowhere', table).load('sql')
    await registry({ sql: { options: null } }, '/nowhere', table).load('sql')
    expect(given).toEqual([options, {}, {}])
    expect(given[0]).toBe(options)
  })

  it('refuses a name that no language has', async () => {
    await expect(registry().load('sqll')).rejects.toMatchObject({
      code: 'Runtime.PluginNotFound',
      message:
        "there is no plugin 'sqll' (did you mean 'sql'?); known are bash, sql and python, others are added under plugins in the configuration, which can also turn one off",
    })
    await expect(registry({ sql: false }).load('sql')).rejects.toMatchObject({ code: 'Runtime.PluginNotFound' })
    await expect(registry().load('constructor')).rejects.toMatchObject({ code: 'Runtime.PluginNotFound' })
  })

  it('says what a factory threw, and lets our own errors through', async () => {
    const thrower = (error: Error) =>
      registry({}, '/nowhere', {
        sql: builtIn('sql', ['.sql'], () => {
          throw error
        }),
      }).load('sql')
    const cause = new TypeError('no such option')
    await expect(thrower(cause)).rejects.toMatchObject({
      code: 'Runtime.PluginLoadError',
      message: "plugin 'sql' (@anyhandler/sql) could not be made by its factory: no such option",
      cause,
    })
    const ours = new HostError('Runtime.InvalidConfiguration', { problem: 'plugins.sql.options.database is 3' })
    await expect(thrower(ours)).rejects.toBe(ours)
    const theirs = new HandlerError({ errorType: 'X', message: 'y' })
    await expect(thrower(theirs)).rejects.toBe(theirs)
  })

  it.each<[what: string, made: unknown, message: string]>([
    ['nothing', undefined, 'its factory returned nothing in place of an object'],
    ['a string', 'sql', "its factory returned 'sql' in place of an object"],
    ['another name', plugin('SQL'), "its name is 'SQL' but it is configured as 'sql'"],
    [
      'extensions that are no list',
      { ...plugin('sql'), extensions: '.sql' },
      "extensions is '.sql' in place of a list",
    ],
    [
      'an extension without a dot',
      plugin('sql', { extensions: ['.a', 'sql'] }),
      "extensions has 'sql'; an extension is written with its dot, such as '.pl'",
    ],
    ['an extension that is no string', { ...plugin('sql'), extensions: [1] }, 'extensions has 1;'],
    ['no invoke', { ...plugin('sql'), invoke: undefined }, 'invoke is nothing in place of a function'],
    [
      'several faults',
      { name: 'sql', extensions: [] },
      'setup is nothing in place of a function, invoke is nothing in place of a function and cleanup is nothing',
    ],
    [
      'a hook that is no function',
      { ...plugin('sql'), afterRestore: true },
      'afterRestore is true in place of a function',
    ],
  ])('refuses a factory that makes %s', async (_, made, message) => {
    await expect(
      registry({}, '/nowhere', { sql: builtIn('sql', ['.sql'], () => made as Plugin) }).load('sql'),
    ).rejects.toMatchObject({
      code: 'Runtime.PluginInvalid',
      message: expect.stringContaining(`plugin 'sql' (@anyhandler/sql) is not a plugin: ${message}`),
    })
  })

  it('takes a plugin whose methods are inherited, and hooks', async () => {
    class Sql implements Plugin {
      readonly name = 'sql'
      readonly extensions = []
      setup() {}
      invoke() {}
      cleanup() {}
      beforeSnapshot() {}
    }
    const made = new Sql()
    expect(await registry({}, '/nowhere', { sql: builtIn('sql', ['.sql'], async () => made) }).load('sql')).toBe(made)
  })
})

const factory = (name = 'perl') =>
  `(options) => ({ name: '${name}', extensions: ['.pl'], setup() {}, invoke() { return options }, cleanup() {} })`
const esm = `export default ${factory()}`
const cjs = `module.exports = ${factory()}`
const compiled = `Object.defineProperty(exports, '__esModule', { value: true }); exports.default = ${factory()}`
const at = 'node_modules/anyhandler-plugin-perl'

function load(files: Readonly<Record<string, string>>, specifier = 'anyhandler-plugin-perl', root = taskFolder(files)) {
  return registry({ perl: { package: specifier, extensions: ['.pl'], options: { a: 1 } } }, root).load('perl')
}

describe('loading a package', () => {
  it.each<[what: string, files: Record<string, string>, specifier?: string]>([
    ['an ES module', { [`${at}/package.json`]: '{"type":"module","exports":"./a.js"}', [`${at}/a.js`]: esm }],
    [
      'an ES module that exports for import alone',
      { [`${at}/package.json`]: '{"exports":{".":{"import":"./a.mjs"}}}', [`${at}/a.mjs`]: esm },
    ],
    [
      'conditions, the first that holds',
      {
        [`${at}/package.json`]: '{"exports":{"require":"./b.cjs","node":{"import":"./a.mjs"},"default":"./b.cjs"}}',
        [`${at}/a.mjs`]: esm,
        [`${at}/b.cjs`]: 'throw 1',
      },
    ],
    [
      'a condition given on the command line',
      {
        [`${at}/package.json`]: '{"exports":{".":{"source":"./a.ts","default":"./gone.js"}}}',
        [`${at}/a.ts`]: `const x: number = 1\n${esm}`,
      },
    ],
    ['main', { [`${at}/package.json`]: '{"main":"lib/a"}', [`${at}/lib/a.js`]: cjs }],
    ['index.js', { [`${at}/package.json`]: '{}', [`${at}/index.js`]: cjs }],
    ['a folder without package.json', { [`${at}/index.js`]: cjs }],
    ['CommonJS compiled from a module', { [`${at}/package.json`]: '{}', [`${at}/index.js`]: compiled }],
    [
      'a scope and a subpath',
      {
        'node_modules/@acme/all/package.json': '{"exports":{"./perl":"./a.mjs"}}',
        'node_modules/@acme/all/a.mjs': esm,
      },
      '@acme/all/perl',
    ],
    [
      'a subpath by pattern',
      {
        'node_modules/all/package.json': '{"exports":{"./*":"./no/*.mjs","./p/*":"./lib/*.mjs"}}',
        'node_modules/all/lib/perl.mjs': esm,
      },
      'all/p/perl',
    ],
    [
      'a subpath without exports',
      { 'node_modules/all/package.json': '{}', 'node_modules/all/perl.js': cjs },
      'all/perl',
    ],
    ['a relative file', { 'plugins/perl.mjs': esm }, './plugins/perl.mjs'],
    ['a relative TypeScript file', { 'plugins/perl.ts': `const x: number = 1\n${esm}` }, './plugins/perl.ts'],
    [
      'a relative folder with a package.json',
      { 'plugins/perl/package.json': '{"exports":{"import":"./a.mjs"}}', 'plugins/perl/a.mjs': esm },
      './plugins/perl',
    ],
    ['a relative path with .. that stays inside', { 'perl.mjs': esm, 'plugins/': '' }, './plugins/../perl.mjs'],
  ])('takes %s', async (_, files, specifier) => {
    const made = await load(files, specifier)
    expect(made).toMatchObject({ name: 'perl' })
    expect(made.invoke({} as never)).toEqual({ a: 1 })
  })

  it('looks above the task root as Node does, nearest first', async () => {
    const above = taskFolder({
      [`${at}/index.js`]: `module.exports = () => { throw new Error('the far one') }`,
      'other/index.js': cjs,
      [`app/${at}/index.js`]: cjs,
      'app/src/hello.pl': '',
    })
    expect(await load({}, undefined, join(above, 'app/src'))).toMatchObject({ name: 'perl' })
    await expect(load({}, undefined, above)).rejects.toThrow('the far one')
  })

  it('takes a linked package, as workspaces make them', async () => {
    const workspace = taskFolder({
      'perl/package.json': '{"exports":"./a.mjs"}',
      'perl/a.mjs': esm,
      'app/node_modules/': '',
    })
    symlinkSync('../../perl', join(workspace, 'app', at))
    expect(await load({}, undefined, join(workspace, 'app'))).toMatchObject({ name: 'perl' })
  })

  it.each<[what: string, files: Record<string, string>, specifier: string, code: string, message: string]>([
    [
      'is not installed',
      {},
      'anyhandler-plugin-nowhere',
      'Runtime.PluginNotFound',
      "plugin 'perl': the package 'anyhandler-plugin-nowhere' is not installed; run 'npm install anyhandler-plugin-nowhere' in the task root",
    ],
    [
      'is a file that is missing',
      {},
      './plugins/perl.js',
      'Runtime.PluginNotFound',
      "plugin 'perl': there is no file './plugins/perl.js' in the task root",
    ],
    [
      'is a path that leads out',
      {},
      '../perl.js',
      'Runtime.InvalidConfiguration',
      "plugins.perl.package is '../perl.js', which leads out of the task root; install a plugin from another folder as a package",
    ],
    [
      'is a path that leads out later',
      {},
      './a/../../perl.js',
      'Runtime.InvalidConfiguration',
      'leads out of the task root',
    ],
    ['is the task root, where no package lies', {}, './', 'Runtime.PluginInvalid', 'has no file to import'],
    [
      'exports nothing to import',
      { [`${at}/package.json`]: '{"exports":{"require":"./a.cjs"}}' },
      'anyhandler-plugin-perl',
      'Runtime.PluginInvalid',
      "plugin 'perl' (anyhandler-plugin-perl): its package.json exports no '.' that can be imported",
    ],
    [
      'exports no such subpath',
      { [`${at}/package.json`]: '{"exports":"./a.js"}' },
      'anyhandler-plugin-perl/x',
      'Runtime.PluginInvalid',
      "exports no './x' that can be imported",
    ],
    [
      'has no entry',
      { [`${at}/package.json`]: '{}' },
      'anyhandler-plugin-perl',
      'Runtime.PluginInvalid',
      'has no file to import; main or exports in its package.json must name one',
    ],
    [
      'has a broken package.json',
      { [`${at}/package.json`]: '{' },
      'anyhandler-plugin-perl',
      'Runtime.PluginInvalid',
      "its package.json can't be read",
    ],
    [
      'exports a file that is missing',
      { [`${at}/package.json`]: '{"exports":"./gone.mjs"}' },
      'anyhandler-plugin-perl',
      'Runtime.PluginLoadError',
      "plugin 'perl' (anyhandler-plugin-perl) could not be imported: ",
    ],
    [
      'needs a package that is missing',
      { [`${at}/index.mjs`]: 'import "gone"', [`${at}/package.json`]: '{"exports":"./index.mjs"}' },
      'anyhandler-plugin-perl',
      'Runtime.PluginLoadError',
      'gone',
    ],
    [
      'throws',
      { 'perl.mjs': 'throw new Error("no licence")' },
      './perl.mjs',
      'Runtime.PluginLoadError',
      "plugin 'perl' (./perl.mjs) could not be imported: no licence",
    ],
    [
      'has no default export',
      { 'perl.mjs': 'export const perl = 1' },
      './perl.mjs',
      'Runtime.PluginInvalid',
      "plugin 'perl' (./perl.mjs) has no function as its default export; export a factory",
    ],
    [
      'exports the plugin itself',
      { 'perl.mjs': 'export default { name: "perl" }' },
      './perl.mjs',
      'Runtime.PluginInvalid',
      'has no function as its default export',
    ],
    [
      'is named otherwise',
      { 'perl.mjs': `export default ${factory('pl')}` },
      './perl.mjs',
      'Runtime.PluginInvalid',
      "its name is 'pl' but it is configured as 'perl'; write name: 'perl' in the plugin, or 'pl' in place of 'perl' in the configuration",
    ],
  ])('refuses one that %s', async (_, files, specifier, code, message) => {
    await expect(load(files, specifier)).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })

  it.each(['file', 'folder'])('refuses a relative %s that is a symbolic link out of the task root', async (kind) => {
    const outside = taskFolder({ 'perl.mjs': esm, 'perl/index.js': cjs })
    const root = taskFolder()
    const name = kind === 'file' ? 'perl.mjs' : 'perl'
    symlinkSync(join(outside, name), join(root, name))
    await expect(load({}, `./${name}`, root)).rejects.toMatchObject({
      code: 'Runtime.InvalidConfiguration',
      message: expect.stringContaining(`which leads out of the task root to '${outside}`),
    })
  })
})
