import { describe, expect, it } from 'vitest'
import { findHandler } from '../../../core/src/find-handler/find-handler.ts'
import type { Language } from '../../../core/src/language.ts'
import { taskFolder } from '../../support/task-folder.ts'

function language(name: string, extensions: readonly string[], traits: Partial<Language> = {}): Language {
  return { name, extensions, origin: 'built-in', specifier: `@anyhandler/${name}`, ...traits }
}

const bash = language('bash', ['.sh'], { executables: true })
const sql = language('sql', ['.sql'], { functions: 'none' })
const python = language('python', ['.py'], {
  dottedModules: true,
  folderModule: '__init__',
  ownSearchPath: true,
  compiled: ['.pyc', '.so'],
})
const perl = language('perl', ['.pl'], { functions: 'first-dot' })

function find(name: string, files: readonly string[], languages: readonly Language[] = [bash, sql, python, perl]) {
  const taskRoot = taskFolder(Object.fromEntries(files.map((file) => [file, ''])))
  const found = findHandler(name, { taskRoot, languages, handlers: {} })
  return {
    plugin: found.plugin,
    file: found.file?.slice(taskRoot.length + 1),
    function: found.function,
    notFound: found.notFound?.message,
  }
}

const message = (name: string, files: readonly string[], languages?: readonly Language[]): string => {
  try {
    return find(name, files, languages).notFound ?? ''
  } catch (error) {
    return (error as Error).message
  }
}

describe('neighbours that mean nothing to a name', () => {
  it('a language without functions has none to offer', () => {
    expect(find('report.handler', ['report.py', 'report.sql'])).toMatchObject({
      plugin: 'python',
      file: 'report.py',
      function: 'handler',
    })
    expect(find('report', ['report.sql'])).toMatchObject({ plugin: 'sql', file: 'report.sql' })
  })

  it("a package wins over a module of its name, as in Python's imports", () => {
    const files = ['app.py', 'app/__init__.py']
    for (const name of ['app.handler', 'app'])
      expect(find(name, files)).toMatchObject({ plugin: 'python', file: 'app/__init__.py' })
  })

  it('two languages with functions are an error', () => {
    expect(() => find('app.handler', ['app.py', 'app.sh'])).toThrow('fits app.sh (bash) and app.py (python)')
  })

  it('a name is split where its language says', () => {
    expect(find('app.users.list', ['app.pl'])).toMatchObject({ file: 'app.pl', function: 'users.list' })
    expect(find('v1.2/app.users.list', ['v1.2/app.pl'])).toMatchObject({
      file: 'v1.2/app.pl',
      function: 'users.list',
    })
    expect(find('app.v2.list', ['app.v2.sh'])).toMatchObject({ file: 'app.v2.sh', function: 'list' })
  })
})

describe('a name with a dot that no file fits', () => {
  it('is handed to the language that has a search path of its own, with the error for when it finds nothing', () => {
    expect(find('datadog_lambda.handler.handler', ['a.sh'])).toEqual({
      plugin: 'python',
      file: undefined,
      function: undefined,
      notFound: expect.stringMatching(/^the handler 'datadog_lambda.handler.handler' was not found in /),
    })
  })

  it('is an error where no such language is on', () => {
    expect(() => find('datadog_lambda.handler.handler', ['a.sh'], [bash, sql])).toThrow('was not found in')
  })

  it.each(['helo', '.handler', 'a..b', 'a.'])('%s is none', (name) => {
    expect(() => find(name, ['unrelated.sql'])).toThrow('was not found in')
  })

  it('a near miss is named first', () => {
    expect(message('ap.handler', ['app.py'])).toMatch(/; did you mean 'app.handler'\?$/)
  })

  it.each([['app.pyc'], ['app.so']])('a compiled module alone (%s) has no wrong cure', (file) => {
    expect(find('app.handler', [file]).plugin).toBe('python')
    expect(message('app', [file])).toMatch(
      new RegExp(`; '${file}' is a compiled module of python: add the function to the name, such as 'app.handler'$`),
    )
  })

  it('says what does run', () => {
    expect(message('app.handler', ['app/handler.py'])).toMatch(
      /; 'app\/handler.py' is there and runs as 'app\/handler', or as 'app.handler.' and its function$/,
    )
    expect(message('report.handler', ['report.sql'])).toMatch(/; 'report.sql' has no functions, and runs as 'report'$/)
  })
})

describe('a language that joined later', () => {
  const javascript = language('javascript', ['.js', '.mjs', '.ts'], {
    functions: 'first-dot',
    needsFunction: true,
    prefersFirst: true,
    yields: true,
  })
  const all = [bash, sql, python, javascript]
  const noted = (name: string, files: readonly string[]) => {
    const notes: string[] = []
    const taskRoot = taskFolder(Object.fromEntries(files.map((file) => [file, ''])))
    const found = findHandler(name, { taskRoot, languages: all, handlers: {}, onNote: (note) => notes.push(note) })
    return { plugin: found.plugin, file: found.file?.slice(taskRoot.length + 1), function: found.function, notes }
  }

  it('takes a file with its function, split at the first dot, and a file by its whole name', () => {
    expect(find('app.users.list', ['app.mjs'], all)).toMatchObject({ file: 'app.mjs', function: 'users.list' })
    expect(find('dir/app.handler', ['dir/app.ts'], all)).toMatchObject({ plugin: 'javascript', file: 'dir/app.ts' })
    expect(find('app.mjs', ['app.mjs'], all)).toMatchObject({ file: 'app.mjs', function: undefined })
  })

  it('takes no name without a function, and says which one is meant', () => {
    expect(message('hello', ['hello.mjs'], all)).toContain(
      "'hello.mjs' exists, but a handler in javascript needs its function in the name, such as 'hello.handler'",
    )
    expect(find('hello', ['hello.mjs', 'hello.sql'], all)).toMatchObject({ plugin: 'sql' })
  })

  it("takes the first of its own files, in the order of its extensions, as AWS's client does", () => {
    expect(find('app.handler', ['app.ts', 'app.mjs', 'app.js'], all)).toMatchObject({ file: 'app.js' })
    expect(find('app.handler', ['app.ts', 'app.mjs'], all)).toMatchObject({ file: 'app.mjs' })
  })

  it('yields to a language that fits too, and the log says so', () => {
    expect(noted('app.handler', ['app.py', 'app.js'])).toEqual({
      plugin: 'python',
      file: 'app.py',
      function: 'handler',
      notes: [
        "the handler 'app.handler' fits app.py (python) and app.js (javascript); until version 1.0 python runs it; name the plugin too, such as 'javascript:…', or rename one",
      ],
    })
    expect(noted('javascript:app.handler', ['app.py', 'app.js'])).toMatchObject({ file: 'app.js', notes: [] })
    expect(noted('app.handler', ['app.js'])).toMatchObject({ file: 'app.js', notes: [] })
  })

  it('leaves an executable file to bash', () => {
    expect(noted('tool.mjs', ['tool.mjs*'])).toMatchObject({ plugin: 'bash', file: 'tool.mjs' })
    expect(noted('tool.mjs', ['tool.mjs'])).toMatchObject({ plugin: 'javascript' })
  })
})
