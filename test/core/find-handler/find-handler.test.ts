import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { HandlerRef } from '@anyhandler/core'
import type { Language } from '../../../core/src/language.ts'
import { findHandler } from '../../../core/src/find-handler/find-handler.ts'
import { taskFolder } from '../../support/task-folder.ts'

function language(name: string, extensions: readonly string[], traits: Partial<Language> = {}): Language {
  return { name, extensions, origin: 'built-in', specifier: `@anyhandler/${name}`, ...traits }
}

const bash = language('bash', ['.sh', '.bash'], { executables: true })
const sql = language('sql', ['.sql'])
const python = language('python', ['.py'], { dottedModules: true, folderModule: '__init__' })
const languages = [bash, sql, python]

function find(
  name: string,
  files: readonly string[],
  handlers: Readonly<Record<string, string>> = {},
  known = languages,
) {
  const taskRoot = taskFolder(Object.fromEntries(files.map((file) => [file, ''])))
  const { file, ...rest } = findHandler(name, { taskRoot, languages: known, handlers })
  return { ...rest, ...(file !== undefined && { file: file.replace(`${taskRoot}/`, '') }) }
}

function refusal(
  name: string,
  files: readonly string[],
  handlers?: Readonly<Record<string, string>>,
  known?: Language[],
) {
  try {
    return find(name, files, handlers, known)
  } catch (error) {
    const { code, message } = error as Error & { code: string }
    return `${code}: ${message.replaceAll(/\/\S*anyhandler-test-\w+/g, 'ROOT')}`
  }
}

describe('finding a handler', () => {
  it.each<
    [rule: string, name: string, files: string[], found: Omit<HandlerRef, 'name' | 'target'> & { target?: string }]
  >([
    ['3: an exact file', 'hello.sh', ['hello.sh'], { plugin: 'bash', file: 'hello.sh' }],
    [
      '3: an exact file in a folder',
      'reports/monthly.sql',
      ['reports/monthly.sql'],
      { plugin: 'sql', file: 'reports/monthly.sql' },
    ],
    ['3: an exact file with a space', 'my report.sql', ['my report.sql'], { plugin: 'sql', file: 'my report.sql' }],
    [
      '3: an exact file with other letters',
      'bücher/日本.sql',
      ['bücher/日本.sql'],
      { plugin: 'sql', file: 'bücher/日本.sql' },
    ],
    [
      '3: an exact file before the same name with an extension',
      'a.sql',
      ['a.sql', 'a.sql.sh'],
      { plugin: 'sql', file: 'a.sql' },
    ],
    ['3: an executable without an extension', 'tool', ['tool*'], { plugin: 'bash', file: 'tool' }],
    ['3: an executable with an unknown extension', 'tool.rb', ['tool.rb*'], { plugin: 'bash', file: 'tool.rb' }],
    ['3: an executable with a known extension', 'tool.py', ['tool.py*'], { plugin: 'python', file: 'tool.py' }],
    [
      '3: an executable before a name with an extension',
      'hello',
      ['hello*', 'hello.sql'],
      { plugin: 'bash', file: 'hello' },
    ],
    ['4: a name', 'hello', ['hello.sql'], { plugin: 'sql', file: 'hello.sql' }],
    [
      '4: a name beside a plain file of that name',
      'hello',
      ['hello', 'hello.sql'],
      { plugin: 'sql', file: 'hello.sql' },
    ],
    ['4: a name beside a folder of that name', 'hello', ['hello/', 'hello.sql'], { plugin: 'sql', file: 'hello.sql' }],
    [
      '4: a name in a folder',
      'reports/monthly',
      ['reports/monthly.sql', 'monthly.sh'],
      { plugin: 'sql', file: 'reports/monthly.sql' },
    ],
    ['4: a name with dots', 'v1.2', ['v1.2.sql'], { plugin: 'sql', file: 'v1.2.sql' }],
    [
      '4: a name with dots before file and function',
      'app.handler',
      ['app.handler.sh', 'app.py'],
      { plugin: 'bash', file: 'app.handler.sh' },
    ],
    ['4: a second extension', 'hello', ['hello.bash'], { plugin: 'bash', file: 'hello.bash' }],
    [
      '4: a folder that its module stands for',
      'pkg',
      ['pkg/__init__.py'],
      { plugin: 'python', file: 'pkg/__init__.py' },
    ],
    ['4: a hidden file', '.hidden', ['.hidden.sh'], { plugin: 'bash', file: '.hidden.sh' }],
    ['5: file and function', 'app.handler', ['app.sh'], { plugin: 'bash', file: 'app.sh', function: 'handler' }],
    [
      '5: file and function in a folder',
      'dir/app.handler',
      ['dir/app.sh'],
      { plugin: 'bash', file: 'dir/app.sh', function: 'handler' },
    ],
    [
      '5: file and function in a folder with a dot',
      'v1.2/app.handler',
      ['v1.2/app.sh'],
      { plugin: 'bash', file: 'v1.2/app.sh', function: 'handler' },
    ],
    [
      '5: the other dots belong to the file',
      'app.v2.handler',
      ['app.v2.sh'],
      { plugin: 'bash', file: 'app.v2.sh', function: 'handler' },
    ],
    [
      '5: the other dots separate modules',
      'pkg.mod.handler',
      ['pkg/mod.py'],
      { plugin: 'python', file: 'pkg/mod.py', function: 'handler' },
    ],
    [
      '5: dots and slashes separate modules',
      'pkg/sub.mod.handler',
      ['pkg/sub/mod.py'],
      { plugin: 'python', file: 'pkg/sub/mod.py', function: 'handler' },
    ],
    [
      '5: slashes separate modules',
      'pkg/mod.handler',
      ['pkg/mod.py'],
      { plugin: 'python', file: 'pkg/mod.py', function: 'handler' },
    ],
    [
      '5: a package',
      'pkg.handler',
      ['pkg/__init__.py'],
      { plugin: 'python', file: 'pkg/__init__.py', function: 'handler' },
    ],
    [
      '5: a package in a package',
      'pkg.sub.handler',
      ['pkg/sub/__init__.py', 'pkg/__init__.py'],
      { plugin: 'python', file: 'pkg/sub/__init__.py', function: 'handler' },
    ],
    [
      '5: dots are not folders for bash',
      'pkg.mod.handler',
      ['pkg/mod.sh', 'pkg/mod.py'],
      { plugin: 'python', file: 'pkg/mod.py', function: 'handler' },
    ],
    [
      '5: a function that is named like an extension',
      'db.sql',
      ['db.py'],
      { plugin: 'python', file: 'db.py', function: 'sql' },
    ],
    [
      '2: a plugin and a name',
      'sql:report',
      ['report.sql', 'report.sh'],
      { plugin: 'sql', target: 'report', file: 'report.sql' },
    ],
    [
      '2: a plugin and a file',
      'sql:report.sql',
      ['report.sql'],
      { plugin: 'sql', target: 'report.sql', file: 'report.sql' },
    ],
    [
      '2: a plugin, a file and a function',
      'bash:app.handler',
      ['app.sh', 'app.py'],
      { plugin: 'bash', target: 'app.handler', file: 'app.sh', function: 'handler' },
    ],
    [
      '2: a plugin and a module',
      'python:pkg.mod.handler',
      ['pkg/mod.py'],
      { plugin: 'python', target: 'pkg.mod.handler', file: 'pkg/mod.py', function: 'handler' },
    ],
    [
      '2: an executable whose extension another plugin knows',
      'bash:tool.py',
      ['tool.py*'],
      { plugin: 'bash', target: 'tool.py', file: 'tool.py' },
    ],
    [
      '2: a target without a file',
      'python:datadog_lambda.handler.handler',
      ['app.py'],
      { plugin: 'python', target: 'datadog_lambda.handler.handler' },
    ],
    ["2: a target whose file is not its plugin's", 'sql:tool', ['tool*', 'tool.sh'], { plugin: 'sql', target: 'tool' }],
    ['2: a target with a colon', 'python:a:b', [], { plugin: 'python', target: 'a:b' }],
    [
      '3: a colon that follows no plugin name',
      'My:report.sql',
      ['My:report.sql'],
      { plugin: 'sql', file: 'My:report.sql' },
    ],
    ['4: a colon within a folder', 'dir/a:b', ['dir/a:b.sql'], { plugin: 'sql', file: 'dir/a:b.sql' }],
    ['3: a path that begins with ./', './hello.sh', ['hello.sh'], { plugin: 'bash', file: 'hello.sh' }],
    ['4: a path with // and /./', 'a//./b', ['a/b.sh'], { plugin: 'bash', file: 'a/b.sh' }],
    ['4: a path with .. that stays inside', 'a/../b', ['a/', 'b.sh'], { plugin: 'bash', file: 'b.sh' }],
    [
      '5: a path that begins with ./',
      './app.handler',
      ['app.py'],
      { plugin: 'python', file: 'app.py', function: 'handler' },
    ],
  ])('by rule %s', (_, name, files, found) => {
    expect(find(name, files)).toEqual({ name, target: name, ...found })
  })

  it('gives an absolute path and a frozen reference', () => {
    const taskRoot = taskFolder({ 'hello.sh': '' })
    const handler = findHandler('hello', { taskRoot, languages, handlers: {} })
    expect(handler).toEqual({ name: 'hello', target: 'hello', plugin: 'bash', file: join(taskRoot, 'hello.sh') })
    expect(handler).toSatisfy(Object.isFrozen)
  })

  it('works in the root of the file system', () => {
    const taskRoot = taskFolder({ 'hello.sh': '' })
    expect(findHandler(`${taskRoot.slice(1)}/hello`, { taskRoot: '/', languages, handlers: {} }).file).toBe(
      join(taskRoot, 'hello.sh'),
    )
  })
})

describe("rule 1: the configuration's map", () => {
  it.each<[handlers: Record<string, string>, found: object]>([
    [{ hello: 'reports/monthly.sql' }, { target: 'reports/monthly.sql', plugin: 'sql', file: 'reports/monthly.sql' }],
    [{ hello: 'sql:hello' }, { target: 'hello', plugin: 'sql', file: 'hello.sql' }],
    [{ hello: 'app.handler' }, { target: 'app.handler', plugin: 'python', file: 'app.py', function: 'handler' }],
    [{ hello: 'python:somewhere.else' }, { target: 'somewhere.else', plugin: 'python' }],
    [
      { hello: 'other', other: 'hello.sh' },
      { target: 'other', plugin: 'bash', file: 'other.sh' },
    ],
    [{ other: 'hello.sql' }, { target: 'hello', plugin: 'bash', file: 'hello' }],
  ])('%j decides before all others and is read once', (handlers, found) => {
    const files = ['hello*', 'hello.sql', 'hello.sh', 'reports/monthly.sql', 'app.py', 'other.sh']
    expect(find('hello', files, handlers)).toEqual({ name: 'hello', ...found })
  })

  it('may map a name that is not a file name, and does not know the names of Object', () => {
    expect(find('GET /users', ['users.sql'], { 'GET /users': 'users' })).toMatchObject({
      name: 'GET /users',
      file: 'users.sql',
    })
    expect(refusal('toString', ['a.sh'])).toContain("the handler 'toString' was not found")
  })

  it('is named when its value finds nothing', () => {
    expect(refusal('api', ['users.sql'], { api: 'user' })).toMatch(
      "Runtime.ImportModuleError: the handler 'user' (to which the configuration maps 'api') was not found",
    )
    expect(refusal('api', [], { api: '../x' })).toMatch(
      "Runtime.HandlerOutsideTaskRoot: the handler '../x' (to which the configuration maps 'api')",
    )
  })
})

describe('two finds in one rule', () => {
  it.each<[name: string, files: string[], message: string]>([
    [
      'hello',
      ['hello.sh', 'hello.sql'],
      "the handler 'hello' fits hello.sh (bash) and hello.sql (sql); name the plugin too, such as 'bash:…', name the file in full, such as 'hello.sh', choose one under handlers in the configuration, or rename one",
    ],
    [
      'hello',
      ['hello.sh', 'hello.sql', 'hello.py'],
      'fits hello.sh (bash), hello.sql (sql) and hello.py (python); name the plugin too',
    ],
    [
      'hello',
      ['hello.sh', 'hello.bash'],
      "fits hello.sh (bash) and hello.bash (bash); name the file in full, such as 'hello.sh', choose",
    ],
    [
      'bash:hello',
      ['hello.sh', 'hello.bash', 'hello.sql'],
      'fits hello.sh (bash) and hello.bash (bash); name the file in full',
    ],
    [
      'app.handler',
      ['app.sh', 'app.py'],
      "fits app.sh (bash) and app.py (python); name the plugin too, such as 'bash:…', choose one under",
    ],
    ['pkg.mod.handler', ['pkg.mod.sh', 'pkg/mod.py'], 'fits pkg.mod.sh (bash) and pkg/mod.py (python)'],
  ])('are an error for %s in %j', (name, files, message) => {
    expect(refusal(name, files)).toMatch(/^Runtime\.AmbiguousHandler: /)
    expect(refusal(name, files)).toContain(message)
  })

  it('are settled by each of the ways that the error names', () => {
    const files = ['hello.sh', 'hello.sql']
    expect(find('bash:hello', files)).toMatchObject({ file: 'hello.sh' })
    expect(find('hello.sh', files)).toMatchObject({ file: 'hello.sh' })
    expect(find('hello', files, { hello: 'hello.sql' })).toMatchObject({ file: 'hello.sql' })
  })
})

describe('a name without a handler', () => {
  it.each<[name: string, files: string[], message: string]>([
    [
      'helo',
      ['hello.sh', 'x.sql'],
      "Runtime.ImportModuleError: the handler 'helo' was not found in ROOT: looked for helo, helo.sh, helo.bash, helo.sql, helo.py or helo/__init__.py; did you mean 'hello'?",
    ],
    ['Hello', ['hello.sh'], "did you mean 'hello'?"],
    ['readme', ['README.sh'], "did you mean 'README'?"],
    [
      'hello.sql',
      ['hell.sh'],
      "looked for hello.sql, hello.sql.sh, hello.sql.bash, hello.sql.sql, hello.sql.py, hello.sql/__init__.py, hello.sh, hello.bash, hello.py or hello/__init__.py; did you mean 'hell.sh'?",
    ],
    ['helo.sh', ['hello.sh', 'hello.sql'], "did you mean 'hello.sh'?"],
    ['ap.handler', ['app.sh'], "did you mean 'app.handler'?"],
    ['reports/montly', ['reports/monthly.sql'], "did you mean 'reports/monthly'?"],
    ['report/monthly', ['reports/monthly.sql'], "there is no folder 'report'"],
    ['zebra', ['a.sh', 'b.sql'], 'the task root holds a.sh and b.sql'],
    [
      'zebra',
      ['a.sh', 'b.sh', 'c.sh', 'd.sh', 'e.sh', 'f.sh', 'g.sh'],
      'the task root holds a.sh, b.sh, c.sh, d.sh, e.sh and 2 more',
    ],
    ['zebra', ['my \u202e.sh'], "the task root holds 'my \\u202e.sh'"],
    ['zebra', ['data.csv'], 'the task root holds no handler at all'],
    ['sub', ['sub/a.sh', 'x.sh'], "'sub' is a folder"],
    ['sub/.', ['sub/a.sh', 'x.sh'], "'sub' is a folder"],
  ])('%s in %j says what was looked for and what may be meant', (name, files, message) => {
    expect(refusal(name, files)).toMatch(/^Runtime\.ImportModuleError: /)
    expect(refusal(name, files)).toContain(message)
  })

  it('says which extensions are known when only the extension is not', () => {
    expect(refusal('hello.rb', ['hello.rb'])).toBe(
      "Runtime.UnknownExtension: the handler 'hello.rb' seems to be 'hello.rb', but no plugin runs .rb files; known are .sh .bash (bash), .sql (sql) and .py (python); " +
        "add a plugin for .rb under plugins in the configuration, or make it executable (chmod +x, with a #! line) and name it 'hello.rb': bash runs programs",
    )
    expect(refusal('hello', ['hello.rb'])).toContain(
      "Runtime.UnknownExtension: the handler 'hello' seems to be 'hello.rb'",
    )
    expect(refusal('app.handler', ['app.rb', 'x.sh'])).toContain(
      "Runtime.UnknownExtension: the handler 'app.handler' seems to be 'app.rb'",
    )
    expect(refusal('hello', ['hello'])).toContain("seems to be 'hello', but no plugin runs files without an extension")
    expect(refusal('hello.sql', ['hello.sql'], {}, [bash])).toContain(
      'no plugin runs .sql files; known are .sh .bash (bash)',
    )
  })

  it('does not speak of programs when no language runs them, and does not find them', () => {
    const message = refusal('tool.rb', ['tool.rb*'], {}, [sql, python])
    expect(message).toContain('Runtime.UnknownExtension')
    expect(message).not.toContain('chmod')
  })

  it.each(['', ' ', '\t\n'])('%j is malformed: nothing is set', (name) => {
    expect(refusal(name, ['.sh'])).toBe(
      "Runtime.MalformedHandlerName: _HANDLER is empty; set the function's handler to a name such as 'hello', 'app.handler' or 'sql:report'",
    )
  })

  it.each<[name: string, message: string]>([
    ['hello\0.sh', "the handler 'hello\\u0000.sh' has a control character in it"],
    ['hello\n', "the handler 'hello\\n' has a control character in it"],
    ['hello/', "the handler 'hello/' names a folder; name a handler such as 'hello' or 'reports/monthly'"],
    ['.', "the handler '.' names a folder"],
    ['./', "the handler './' names a folder"],
    ['a/..', "the handler 'a/..' names a folder"],
    ['sql:', "the handler 'sql:' names no file"],
    ['x'.repeat(1025), 'is 1025 characters long; at most 1024 are allowed'],
  ])('%j is malformed', (name, message) => {
    expect(refusal(name, ['a/x.sh'])).toMatch(/^Runtime\.MalformedHandlerName: /)
    expect(refusal(name, ['a/x.sh'])).toContain(message)
  })

  it('is not found when a part of it is longer than the file system allows', () => {
    expect(refusal('x'.repeat(400), ['a.sh'])).toMatch(
      /^Runtime\.ImportModuleError: the handler 'x{120}…' was not found/,
    )
    expect(refusal('hello.sh/deeper', ['hello.sh'])).toMatch(
      "Runtime.ImportModuleError: the handler 'hello.sh/deeper' was not found",
    )
  })

  it.each<[name: string, files: string[]]>([
    ['app.', ['app.sh']],
    ['.handler', ['.sh', 'handler.sh']],
    ['dir/.handler', ['dir/.sh', 'dir.sh']],
    ['a.b/c', ['a.sh', 'a/b.py']],
    ['..mod.handler', ['mod.py']],
    ['a..b.handler', ['a/b.py']],
    ['HELLO', ['hello.sh']],
    ['hello', ['hello.SH']],
    ['hello', ['hello.sh/']],
    ['hello ', ['hello.sh']],
    ['hello', ['sub/hello.sh']],
    ['pkg', ['pkg/__init__.sh']],
  ])('%j does not find %j', (name, files) => {
    expect(refusal(name, [...files, 'unrelated-thing.sql'])).toMatch(
      /^Runtime\.(?:ImportModuleError|UnknownExtension): /,
    )
  })

  it('names an unknown plugin and those that are known', () => {
    expect(refusal('slq:report', ['report.sql'])).toBe(
      "Runtime.PluginNotFound: there is no plugin 'slq' (did you mean 'sql'?); known are bash, sql and python, others are added under plugins in the configuration, which can also turn one off",
    )
    expect(refusal('constructor:x', [])).toMatch(/^Runtime\.PluginNotFound/)
  })
})

describe('the task root', () => {
  it.each<[name: string, message: string]>([
    ['../hello', "the handler '../hello' leads out of the task root; handlers must be inside of it"],
    ['..', "the handler '..' leads out"],
    ['a/../../hello.sh', 'leads out'],
    ['sql:../hello', "the handler 'sql:../hello' leads out"],
    ['/etc/passwd', "the handler '/etc/passwd' is an absolute path; name it relative to the task root"],
    ['//etc/passwd', 'is an absolute path'],
    ['bash:/bin/true', 'is an absolute path'],
  ])('is not left by %s', (name, message) => {
    expect(refusal(name, ['a/x.sh'])).toMatch(/^Runtime\.HandlerOutsideTaskRoot: /)
    expect(refusal(name, ['a/x.sh'])).toContain(message)
  })

  it('is not left by a name that its own absolute path begins', () => {
    const taskRoot = taskFolder({ 'hello.sh': '' })
    expect(() => findHandler(join(taskRoot, 'hello.sh'), { taskRoot, languages, handlers: {} })).toThrow(
      'is an absolute path',
    )
  })

  it.each(['hello', 'hello.sh', 'hello.fn', 'sql:hello', 'dir/hello', 'tool'])(
    'is not left by a symbolic link: %s',
    (name) => {
      const outside = taskFolder({ 'hello.sh': '', 'hello.sql': '', 'tool*': '' })
      const taskRoot = taskFolder()
      if (name.startsWith('dir/')) symlinkSync(outside, join(taskRoot, 'dir'))
      const [link, target] =
        name === 'tool'
          ? ['tool', 'tool']
          : name.startsWith('sql')
            ? ['hello.sql', 'hello.sql']
            : ['hello.sh', 'hello.sh']
      symlinkSync(join(outside, target), join(taskRoot, link))
      const wanted = name === 'dir/hello' ? 'dir/hello.sh' : name
      expect(() => findHandler(wanted, { taskRoot, languages, handlers: {} })).toThrow(
        expect.objectContaining({
          code: 'Runtime.HandlerOutsideTaskRoot',
          message: expect.stringContaining(`leads out of the task root from there, to '${outside}`),
        }),
      )
    },
  )

  it('is not left for a folder whose name begins like its own', () => {
    const taskRoot = taskFolder({ 'app/': '', 'app-secret/hello.sh': '' })
    symlinkSync('../app-secret/hello.sh', join(taskRoot, 'app/hello.sh'))
    expect(() => findHandler('hello', { taskRoot: join(taskRoot, 'app'), languages, handlers: {} })).toThrow(
      'leads out of the task root',
    )
  })

  it('may hold links to files inside of it, which keep their own name', () => {
    const taskRoot = taskFolder({ 'lib/real.sh': '' })
    symlinkSync('lib/real.sh', join(taskRoot, 'hello.sh'))
    expect(findHandler('hello', { taskRoot, languages, handlers: {} }).file).toBe(join(taskRoot, 'hello.sh'))
  })

  it('may hold links that lead nowhere or to themselves: they are not found', () => {
    const taskRoot = taskFolder({ 'other.sh': '' })
    symlinkSync('nowhere', join(taskRoot, 'zebra.sh'))
    symlinkSync('zebra.sql', join(taskRoot, 'zebra.sql'))
    expect(() => findHandler('zebra', { taskRoot, languages, handlers: {} })).toThrow(
      expect.objectContaining({ code: 'Runtime.ImportModuleError' }),
    )
  })

  it('is only looked at: a handler that can not be read is found', () => {
    const taskRoot = taskFolder()
    mkdirSync(join(taskRoot, 'dir'))
    writeFileSync(join(taskRoot, 'dir/hello.sql'), '', { mode: 0 })
    expect(findHandler('dir/hello', { taskRoot, languages, handlers: {} })).toMatchObject({ plugin: 'sql' })
  })
})

it('takes no task root and no name with a control character, which could forge a line of a driver’s protocol', () => {
  const root = taskFolder({ 'a\nkeepProcesses=1/hello.sh': '' })
  const routes = { taskRoot: `${root}/a\nkeepProcesses=1`, languages: [], handlers: {} }
  expect(() => findHandler('hello', routes)).toThrow(
    expect.objectContaining({ code: 'Runtime.InvalidTaskRoot', message: expect.stringContaining('control character') }),
  )
  const mapped = { taskRoot: root, languages: [], handlers: { 'a\nb=c': 'hello' } }
  expect(() => findHandler('a\nb=c', mapped)).toThrow(expect.objectContaining({ code: 'Runtime.MalformedHandlerName' }))
})
