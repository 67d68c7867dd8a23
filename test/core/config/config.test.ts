import { execFile } from 'node:child_process'
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../core/src/config/config.ts'
import { taskFolder } from '../../support/task-folder.ts'

const run = promisify(execFile)
const defaults = { transport: 'socket', concurrency: 1, shape: true, plugins: {}, handlers: {} }

const full = {
  transport: 'undici',
  shape: true,
  concurrency: 4,
  plugins: {
    bash: false,
    sql: { options: { database: 'data.db' } },
    perl: { package: 'anyhandler-plugin-perl', extensions: ['.pl'], options: { strict: true } },
  },
  handlers: { api: 'reports/monthly.sql', 'app.handler': 'sql:report' },
}

const yaml = `
# all that can be said
transport: undici
concurrency: 4
plugins:
  bash: false
  sql: { options: { database: data.db } }
  perl:
    package: anyhandler-plugin-perl
    extensions: [.pl]
    options: { strict: true }
handlers:
  api: reports/monthly.sql
  app.handler: sql:report
`

describe('where a configuration is found', () => {
  it('has defaults when there is none', async () => {
    expect(await loadConfig(taskFolder({ 'hello.sh': '' }))).toEqual(defaults)
  })

  it.each([
    ['anyhandler.config.yaml', yaml],
    ['anyhandler.config.yml', yaml],
    ['anyhandler.config.json', JSON.stringify(full)],
    ['anyhandler.config.json', `\uFEFF${JSON.stringify(full)}`],
    ['anyhandler.config.js', `module.exports = ${JSON.stringify(full)}`],
    ['anyhandler.config.cjs', `module.exports = ${JSON.stringify(full)}`],
    ['anyhandler.config.mjs', `export default ${JSON.stringify(full)}`],
    ['anyhandler.config.mts', `export default ${JSON.stringify(full)} satisfies object`],
    ['anyhandler.config.ts', `const config: object = ${JSON.stringify(full)}\nexport default config`],
    ['package.json', JSON.stringify({ name: 'x', anyhandler: full })],
  ])('reads %s', async (name, text) => {
    const root = taskFolder({ [name]: text })
    expect(await loadConfig(root)).toEqual({ ...full, file: join(root, name) })
  })

  it('reads scripts with Node alone, without the typescript package and without a warning', async () => {
    const root = taskFolder({
      'package.json': '{"type":"module"}',
      'anyhandler.config.ts': `import type { Nothing } from './nowhere.ts'\nexport default { concurrency: 7 as number } satisfies Nothing`,
    })
    const script = `import { loadConfig } from ${JSON.stringify(new URL('../../../core/src/config/config.ts', import.meta.url).href)}
      process.stdout.write(JSON.stringify(await loadConfig(${JSON.stringify(root)})))`
    const { stdout, stderr } = await run(
      process.execPath,
      ['--conditions=source', '--input-type=module', '-e', script],
      { cwd: root },
    )
    expect(JSON.parse(stdout)).toMatchObject({ concurrency: 7 })
    expect(stderr).toBe('')
  })

  it('imports neither cosmiconfig nor valibot when there is nothing to read', async () => {
    const root = taskFolder({ 'package.json': '{"name":"a","dependencies":{"anyhandler":"1"}}', 'hello.sh': '' })
    const script = `import { loadConfig } from ${JSON.stringify(new URL('../../../core/src/config/config.ts', import.meta.url).href)}
      import { registerHooks } from 'node:module'
      const asked = []
      registerHooks({ resolve(name, context, next) { asked.push(name); return next(name, context) } })
      await loadConfig(${JSON.stringify(root)})
      await loadConfig(${JSON.stringify(root)}, ${JSON.stringify(new URL('../../../core/package.json', import.meta.url).pathname)}).catch(() => {})
      const before = [...asked]
      await loadConfig(${JSON.stringify(taskFolder({ 'anyhandler.config.yaml': 'concurrency: 2' }))})
      process.stdout.write(JSON.stringify({ before, after: asked.includes('cosmiconfig') && asked.includes('valibot') }))`
    const { stdout } = await run(process.execPath, ['--conditions=source', '--input-type=module', '-e', script])
    expect(JSON.parse(stdout)).toEqual({ before: [], after: true })
  })

  it('looks neither above the task root nor into its folders', async () => {
    const above = taskFolder({
      'anyhandler.config.yaml': 'concurrency: 9',
      'app/hello.sh': '',
      'app/.config/anyhandler.config.yaml': 'concurrency: 8',
    })
    expect(await loadConfig(join(above, 'app'))).toEqual(defaults)
  })

  it('follows no $import and runs no .config/config.js of the working directory, as a plain cosmiconfig would', async () => {
    const root = taskFolder({
      'anyhandler.config.yaml': '$import: ../other.yaml\n',
      'cwd/.config/config.js': `process.stdout.write('ran')`,
      'good/anyhandler.config.yaml': 'concurrency: 2',
    })
    await expect(loadConfig(root)).rejects.toThrow("['$import'] is not a known key")
    const script = `import { loadConfig } from ${JSON.stringify(new URL('../../../core/src/config/config.ts', import.meta.url).href)}
      await loadConfig(${JSON.stringify(join(root, 'good'))})`
    const { stdout } = await run(process.execPath, ['--conditions=source', '--input-type=module', '-e', script], {
      cwd: join(root, 'cwd'),
    })
    expect(stdout).toBe('')
  })

  it.each([
    ['no key', '{"name":"anyhandler"}'],
    ['the word elsewhere', '{"scripts":{"anyhandler":"x"}}'],
    ['broken JSON without the word', '{ broken'],
    ['a list', '["anyhandler"]'],
  ])('takes no notice of a package.json with %s', async (_, text) => {
    expect(await loadConfig(taskFolder({ 'package.json': text }))).toEqual(defaults)
  })

  it('refuses two configurations and names both', async () => {
    const root = taskFolder({ 'anyhandler.config.yaml': '', 'package.json': '{"anyhandler":{}}' })
    await expect(loadConfig(root)).rejects.toMatchObject({
      code: 'Runtime.InvalidConfiguration',
      message:
        'the task root holds more than one configuration, anyhandler.config.yaml and package.json (key anyhandler); keep one of them',
    })
  })

  it.each(['anyhandler.config.yaml', 'anyhandler.config.js', 'package.json'])(
    'refuses a %s that is a symbolic link out of the task root',
    async (name) => {
      const outside = taskFolder({ [name]: '{"anyhandler":{}}' })
      const root = taskFolder()
      symlinkSync(join(outside, name), join(root, name))
      await expect(loadConfig(root)).rejects.toMatchObject({
        code: 'Runtime.InvalidConfiguration',
        message: expect.stringContaining(
          `${name}: the configuration file can't be read: it is a symbolic link that leads out of the task root, to '../`,
        ),
      })
    },
  )

  it('follows a symbolic link inside the task root', async () => {
    const root = taskFolder({ 'settings/local.yaml': 'concurrency: 3' })
    symlinkSync('settings/local.yaml', join(root, 'anyhandler.config.yaml'))
    expect(await loadConfig(root)).toMatchObject({ concurrency: 3 })
  })

  it('refuses a link that leads nowhere and a folder of that name', async () => {
    const root = taskFolder()
    symlinkSync('nowhere', join(root, 'anyhandler.config.yaml'))
    await expect(loadConfig(root)).rejects.toThrow(
      "anyhandler.config.yaml: the configuration file can't be read: ENOENT",
    )
    await expect(loadConfig(taskFolder({ 'anyhandler.config.js/': '' }))).rejects.toThrow(
      "anyhandler.config.js: the configuration file can't be read: it is not a file",
    )
  })

  it.runIf(process.getuid?.() !== 0)('refuses a file that it may not read', async () => {
    const root = taskFolder({ 'anyhandler.config.json': '{}' })
    chmodSync(join(root, 'anyhandler.config.json'), 0)
    await expect(loadConfig(root)).rejects.toThrow("the file can't be read: EACCES")
  })

  it('says that the task root is no folder', async () => {
    await expect(loadConfig('/nowhere/at/all')).rejects.toMatchObject({
      code: 'Runtime.InvalidTaskRoot',
      message: expect.stringContaining("the task root '/nowhere/at/all' can't be read as a folder"),
    })
  })
})

describe('a file given by hand', () => {
  it('takes the place of the search, also from outside the task root', async () => {
    const root = taskFolder({ 'anyhandler.config.yaml': 'concurrency: 2' })
    const file = join(taskFolder({ 'local.json': '{"concurrency":5}' }), 'local.json')
    expect(await loadConfig(root, file)).toEqual({ ...defaults, concurrency: 5, file })
  })

  it('may be a package.json, which must hold the key', async () => {
    const root = taskFolder({ 'package.json': '{"anyhandler":{"concurrency":6}}', 'other/package.json': '{}' })
    expect(await loadConfig(root, join(root, 'package.json'))).toMatchObject({ concurrency: 6 })
    await expect(loadConfig(root, join(root, 'other/package.json'))).rejects.toThrow("it has no key 'anyhandler'")
  })

  it.each([
    ['is missing', 'gone.yaml', "gone.yaml: the configuration file can't be read: ENOENT"],
    ['is a folder', 'dir.yaml', "dir.yaml: the configuration file can't be read: it is not a file"],
    [
      'has an unknown extension',
      'x.toml',
      'x.toml: the name of a configuration file must end in .yaml, .yml, .json, .js, .mjs, .cjs, .ts, .mts or .cts',
    ],
  ])('is refused when it %s', async (_, name, message) => {
    const root = taskFolder({ 'dir.yaml/': '', 'x.toml': '' })
    await expect(loadConfig(root, join(root, name))).rejects.toMatchObject({
      code: 'Runtime.InvalidConfiguration',
      message: expect.stringContaining(message),
    })
  })
})

describe('what a configuration may say', () => {
  it.each(['', '\n\n', '# nothing\n# yet\n', '---\n', 'plugins:\nhandlers:\n'])(
    'reads %j as the defaults',
    async (text) => {
      const root = taskFolder({ 'anyhandler.config.yaml': text })
      expect(await loadConfig(root)).toEqual({ ...defaults, file: join(root, 'anyhandler.config.yaml') })
    },
  )

  it('reads an entry that was left empty as one without options', async () => {
    expect(
      await loadConfig(taskFolder({ 'anyhandler.config.yaml': 'plugins:\n  bash:\n  sql:\n    options:\n' })),
    ).toMatchObject({ plugins: { bash: {}, sql: {} } })
  })

  it('leaves out what a script sets to undefined', async () => {
    const root = taskFolder({
      'anyhandler.config.mjs': 'export default { concurrency: undefined, plugins: { bash: { options: undefined } } }',
    })
    expect(await loadConfig(root)).toStrictEqual({
      ...defaults,
      plugins: { bash: {} },
      file: join(root, 'anyhandler.config.mjs'),
    })
  })

  it('is frozen to the depth of its options, but leaves instances of classes alone', async () => {
    const root = taskFolder({
      'anyhandler.config.mjs': `export const cache = new Map()
        class Client { calls = 0 }
        const loop = { list: [{}] }; loop.self = loop
        export default { plugins: { sql: { options: { deep: { list: [{ a: 1 }] }, cache, client: new Client(), bytes: new Uint8Array(2), loop } } } }`,
    })
    const config = await loadConfig(root)
    const { options } = config.plugins.sql as {
      options: {
        deep: { list: object[] }
        cache: Map<string, string>
        client: object
        bytes: Uint8Array
        loop: { list: object[] }
      }
    }
    for (const part of [
      config,
      config.plugins,
      config.plugins.sql,
      config.handlers,
      options,
      options.deep,
      options.deep.list,
      options.deep.list[0],
      options.loop.list[0],
    ]) {
      expect(part).toSatisfy(Object.isFrozen)
    }
    expect([options.cache, options.client, options.bytes].some((part) => Object.isFrozen(part))).toBe(false)
    expect(Object.isFrozen(await loadConfig(taskFolder()))).toBe(true)
  })

  const all = 'transport, concurrency, shape, plugins, handlers, routes, sources, routing, warmer and failOn'
  const keys =
    'package, extensions, options, executables, dottedModules, functions, needsFunction, prefersFirst, yields, ownSearchPath, compiled, folderModule and eager'
  it.each<[yaml: string, sentence: string]>([
    ['concurency: 4', `concurency is not a known key (did you mean 'concurrency'?); allowed are ${all}`],
    ['zebra: 4', `zebra is not a known key; allowed are ${all}`],
    ['concurrency: four', "concurrency is 'four'; it must be a whole number from 1 to 1000"],
    ['concurrency: "4"', "concurrency is '4'; it must be a whole number from 1 to 1000"],
    ['concurrency: 0', 'concurrency is 0; it must be a whole number from 1 to 1000'],
    ['concurrency: 1.5', 'concurrency is 1.5; it must be a whole number from 1 to 1000'],
    ['concurrency: 1001', 'concurrency is 1001; it must be a whole number from 1 to 1000'],
    ['concurrency: .nan', 'concurrency is NaN; it must be a whole number from 1 to 1000'],
    ['concurrency:', 'concurrency is nothing; it must be a whole number from 1 to 1000'],
    ['shape: no thanks', "shape is 'no thanks'; it must be true or false"],
    ['transport: http', "transport is 'http'; it must be socket or undici"],
    ['- a', `the configuration is a list; it must be a mapping with the keys ${all}`],
    ['text', `the configuration is 'text'; it must be a mapping with the keys ${all}`],
    ['plugins: [bash]', 'plugins is a list; it must be a mapping of plugin names'],
    [
      'plugins: { Bash: false }',
      'plugins.Bash is not a usable key; it must be a plugin name of lower-case letters, digits and hyphens',
    ],
    ['plugins: { bash: true }', `plugins.bash is true; it must be false, or a mapping with the keys ${keys}`],
    ['plugins: { bash: off }', `plugins.bash is 'off'; it must be false, or a mapping with the keys ${keys}`],
    [
      'plugins: { perl: { extension: [.pl] } }',
      `plugins.perl.extension is not a known key (did you mean 'extensions'?); allowed are ${keys}`,
    ],
    [
      'plugins: { perl: { extensions: .pl } }',
      "plugins.perl.extensions is '.pl'; it must be a list of extensions, such as [.pl]",
    ],
    [
      'plugins: { perl: { extensions: [.pm, pl] } }',
      "plugins.perl.extensions.1 is 'pl'; it must be an extension with its dot and no other dot, such as .pl",
    ],
    [
      'plugins: { perl: { extensions: [.tar.gz] } }',
      "plugins.perl.extensions.0 is '.tar.gz'; it must be an extension with its dot and no other dot, such as .pl",
    ],
    [
      'plugins: { perl: { extensions: [./a] } }',
      "plugins.perl.extensions.0 is './a'; it must be an extension with its dot and no other dot, such as .pl",
    ],
    [
      'plugins: { perl: { package: 3 } }',
      'plugins.perl.package is 3; it must be a package name, such as anyhandler-plugin-perl, or a path in the task root that begins with ./',
    ],
    [
      'plugins: { perl: { package: /opt/x.js } }',
      "plugins.perl.package is '/opt/x.js'; it must be a package name, such as anyhandler-plugin-perl, or a path in the task root that begins with ./",
    ],
    [
      'plugins: { perl: { package: "file:///x.js" } }',
      "plugins.perl.package is 'file:///x.js'; it must be a package name, such as anyhandler-plugin-perl, or a path in the task root that begins with ./",
    ],
    [
      'plugins: { perl: { package: ..\\x } }',
      "plugins.perl.package is '..\\\\x'; it must be a package name, such as anyhandler-plugin-perl, or a path in the task root that begins with ./",
    ],
    [
      'plugins: { perl: { options: [] } }',
      "plugins.perl.options is a list; it must be a mapping with the plugin's options",
    ],
    ['plugins: { perl: { executables: 1 } }', 'plugins.perl.executables is 1; it must be true or false'],
    [
      'plugins: { perl: { folderModule: a/b } }',
      "plugins.perl.folderModule is 'a/b'; it must be a file name without extension, such as __init__",
    ],
    [
      'handlers: { api: 1 }',
      'handlers.api is 1; it must be a handler name, or a mapping with the keys run, each and failOn',
    ],
    [
      'handlers: { app.handler: "" }',
      "handlers['app.handler'] is ''; it must be a handler name, or a mapping with the keys run, each and failOn",
    ],
    ['handlers: { "": x }', "handlers[''] is not a usable key; it must be a handler name"],
    ['handlers: { constructor: x }', 'handlers.constructor is not a usable key; choose another name'],
    ['plugins: { constructor: { package: x } }', 'plugins.constructor is not a usable key; choose another name'],
    ['__proto__: { concurrency: 4 }', '__proto__ is not a usable key; choose another name'],
  ])('refuses %j', async (text, sentence) => {
    await expect(loadConfig(taskFolder({ 'anyhandler.config.yaml': text }))).rejects.toMatchObject({
      code: 'Runtime.InvalidConfiguration',
      message: `anyhandler.config.yaml: ${sentence}`,
    })
  })

  it.each(['anyhandler-plugin-perl', '@acme/perl', '@acme/handlers/perl', './perl.js', './plugins/perl', '../x.js'])(
    'takes the package %s',
    async (name) => {
      const root = taskFolder({
        'anyhandler.config.json': JSON.stringify({ plugins: { perl: { package: name, extensions: ['.pl'] } } }),
      })
      expect(await loadConfig(root)).toMatchObject({ plugins: { perl: { package: name } } })
    },
  )
})

describe('a text that can not be read', () => {
  it.each<[file: string, text: string, message: string]>([
    ['anyhandler.config.yaml', 'a: 1\nb: [1\nc: 2', 'anyhandler.config.yaml:3: it is not YAML: deficient indentation'],
    [
      'anyhandler.config.yaml',
      'concurrency: 1\nconcurrency: 2',
      'anyhandler.config.yaml:2: it is not YAML: duplicated mapping key',
    ],
    ['anyhandler.config.yaml', 'a: 1\n---\nb: 2', 'anyhandler.config.yaml: it is not YAML: expected a single document'],
    ['anyhandler.config.yaml', 'a: !!js/function "x"', 'anyhandler.config.yaml:1: it is not YAML: unknown scalar tag'],
    ['anyhandler.config.json', '{"a": 1,\n "b": }', "anyhandler.config.json:2: it is not JSON: Unexpected token '}'"],
    [
      'anyhandler.config.json',
      '{\n "a": [1,\n 2,\n]}',
      "anyhandler.config.json:4: it is not JSON: Unexpected token ']'",
    ],
    [
      'anyhandler.config.json',
      '{"a": "x\n"}',
      'anyhandler.config.json:1: it is not JSON: Bad control character in string literal',
    ],
    [
      'anyhandler.config.json',
      '{\n"a": {\n\n',
      "anyhandler.config.json:2: it is not JSON: Expected property name or '}'",
    ],
    [
      'anyhandler.config.json',
      '{"a": 1,\n"b": tru\n}',
      String.raw`anyhandler.config.json:2: it is not JSON: Unexpected token '\n'`,
    ],
    [
      'anyhandler.config.json',
      '{}\n\nx',
      'anyhandler.config.json:3: it is not JSON: Unexpected non-whitespace character after JSON',
    ],
    ['anyhandler.config.json', '', 'anyhandler.config.json:1: it is not JSON: Unexpected end of JSON input'],
    ['package.json', '{"anyhandler": {},\n}', 'package.json:2: it is not JSON: Expected double-quoted property name'],
    [
      'anyhandler.config.cjs',
      '\nthrow new Error("no database")',
      "anyhandler.config.cjs:2: the script can't be loaded: no database",
    ],
    [
      'anyhandler.config.mjs',
      'export const concurrency = 4',
      'anyhandler.config.mjs: the script has no default export; write `export default { … }`',
    ],
    [
      'anyhandler.config.mjs',
      '\nexport default { get plugins() { throw new Error("no secret") } }',
      "anyhandler.config.mjs: the configuration can't be read: no secret; write plain values",
    ],
    [
      'anyhandler.config.mjs',
      'export default () => ({})',
      'anyhandler.config.mjs: the configuration is a function; it must be a mapping',
    ],
  ])('is refused with its line: %s %j', async (name, text, message) => {
    await expect(loadConfig(taskFolder({ [name]: text }))).rejects.toMatchObject({
      code: 'Runtime.InvalidConfiguration',
      message: expect.stringContaining(message),
    })
  })

  it('takes options as they are: getters that throw, 20,000 levels, 10^9 leaves', async () => {
    const script = `const deep = JSON.parse('{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000))
let bomb = ['x']
for (let level = 0; level < 9; level++) bomb = Array(10).fill(bomb)
export default { plugins: { sql: { options: { deep, bomb, get secret() { throw new Error('no secret') } } } } }`
    const { plugins } = await loadConfig(taskFolder({ 'anyhandler.config.mjs': script }))
    const { options } = plugins['sql'] as { options: { deep: object; bomb: object } }
    expect([Object.isFrozen(options.deep), Object.isFrozen(options.bomb)]).toEqual([true, true])
    const yaml = `plugins:\n  sql:\n    options:\n      a0: &a0 [x]\n${Array.from({ length: 9 }, (_, level) => `      a${level + 1}: &a${level + 1} [${Array(10).fill(`*a${level}`).join(', ')}]\n`).join('')}`
    await expect(loadConfig(taskFolder({ 'anyhandler.config.yaml': yaml }))).resolves.toMatchObject({
      transport: 'socket',
    })
  })

  it('takes no control character in a handler’s name: it could forge a line of a driver’s protocol', async () => {
    const root = taskFolder({ 'anyhandler.config.json': '{"handlers":{"a\\nkeepProcesses=1":"hello.sh"}}' })
    await expect(loadConfig(root)).rejects.toThrow(
      "anyhandler.config.json: handlers['a\\nkeepProcesses=1'] is not a usable key; it must be a handler name without control characters",
    )
  })

  it('says which key of package.json is meant', async () => {
    const root = taskFolder()
    writeFileSync(join(root, 'package.json'), '{"anyhandler":{"transport":1}}')
    await expect(loadConfig(root)).rejects.toThrow(
      'package.json (key anyhandler): transport is 1; it must be socket or undici',
    )
  })
})
