import { realpathSync, statSync, symlinkSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { fc } from '../../support/properties.ts'
import { describe, expect, it } from 'vitest'
import type { HandlerRef } from '@anyhandler/core'
import { HostError } from '../../../core/src/errors.ts'
import type { Language } from '../../../core/src/language.ts'
import { findHandler } from '../../../core/src/find-handler/find-handler.ts'
import { taskFolder } from '../../support/task-folder.ts'

const languages: readonly Language[] = [
  { name: 'bash', extensions: ['.sh', '.bash'], executables: true, origin: 'built-in', specifier: 'b' },
  { name: 'sql', extensions: ['.sql'], origin: 'built-in', specifier: 's' },
  {
    name: 'python',
    extensions: ['.py'],
    dottedModules: true,
    folderModule: '__init__',
    origin: 'built-in',
    specifier: 'p',
  },
]
const extensions = languages.flatMap((language) => language.extensions)
const codes = [
  'MalformedHandlerName',
  'HandlerOutsideTaskRoot',
  'PluginNotFound',
  'AmbiguousHandler',
  'UnknownExtension',
  'ImportModuleError',
].map((code) => `Runtime.${code}`)

function attempt(
  name: string,
  taskRoot: string,
  handlers: Readonly<Record<string, string>> = {},
): HandlerRef | HostError {
  try {
    return findHandler(name, { taskRoot, languages, handlers })
  } catch (error) {
    if (HostError.is(error)) return error
    throw error
  }
}

const piece = fc.constantFrom(
  'a',
  'b',
  '..',
  '.',
  '/',
  '//',
  ':',
  'sql',
  'python',
  '.sh',
  '.py',
  '.sql',
  'handler',
  ' ',
  '\\',
  '%2e',
  '~',
  '\0',
  '\n',
  'é',
  '__init__',
  'out',
  '/etc/passwd',
  'link',
)
const near = fc
  .array(fc.constantFrom('a', 'b', '/', '.', '..', '.sh', '.handler', 'python:', 'link', 'out', './'), {
    minLength: 1,
    maxLength: 4,
  })
  .map((pieces) => pieces.join(''))
const name = fc.oneof(
  near,
  fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary' }),
  fc.string({ maxLength: 2000 }),
)

describe('any name', () => {
  it('finds a file inside the task root or is refused with one line and a documented code', () => {
    const outside = taskFolder({ 'a.sh': '', 'a.py': '', 'a.sql': '' })
    const taskRoot = taskFolder({
      'a.sh': '',
      'b/a.sql': '',
      'b/__init__.py': '',
      'a.b.py': '',
      'a/b.py': '',
      'b.handler*': '',
      'a..b.sh': '',
    })
    symlinkSync(outside, join(taskRoot, 'out'))
    symlinkSync(join(outside, 'a.sql'), join(taskRoot, 'link.sql'))
    const found = { file: 0, none: 0 }
    fc.assert(
      fc.property(name, fc.boolean(), (wanted, mapped) => {
        const result = mapped ? attempt('mapped', taskRoot, { mapped: wanted }) : attempt(wanted, taskRoot)
        if (HostError.is(result)) {
          found.none++
          expect(codes).toContain(result.code)
          expect(result.message).not.toMatch(/[\0-\u001f\u007f-\u009f]/)
          expect(result.message.length).toBeLessThan(3000)
          return
        }
        expect(languages.map((language) => language.name)).toContain(result.plugin)
        if (result.file === undefined) {
          expect(wanted).toMatch(/^(?:bash|sql|python):/)
          return
        }
        found.file++
        expect(realpathSync(result.file).startsWith(`${taskRoot}/`)).toBe(true)
        expect(statSync(result.file).isFile()).toBe(true)
      }),
      { numRuns: 3000 },
    )
    expect(found.file).toBeGreaterThan(50)
    expect(found.none).toBeGreaterThan(500)
  })
})

describe('any handler file', () => {
  const segment = fc
    .stringMatching(/^[a-z_-]{1,6}(?:\.[a-z0-9]{1,3})?$/)
    .filter((text) => !extensions.includes(extname(text)))
  const file = fc.record({
    folders: fc.array(segment, { maxLength: 2 }),
    stem: segment,
    extension: fc.constantFrom(...extensions),
  })

  it('is found by its path, by its path without extension, by both behind its plugin, and with a function', () => {
    fc.assert(
      fc.property(file, ({ folders, stem, extension }) => {
        const path = [...folders, stem].join('/')
        const taskRoot = taskFolder({ [path + extension]: '' })
        const expected = {
          file: join(taskRoot, path + extension),
          plugin: languages.find((language) => language.extensions.includes(extension))!.name,
        }
        for (const target of [path + extension, path]) {
          expect(attempt(target, taskRoot)).toMatchObject(expected)
          expect(attempt(`${expected.plugin}:${target}`, taskRoot)).toMatchObject({ ...expected, target })
        }
        const dotted = path.includes('.')
        if (extension !== '.py' || !dotted)
          expect(attempt(`${path}.handler`, taskRoot)).toMatchObject({ ...expected, function: 'handler' })
        if (extension === '.py' && !dotted)
          expect(attempt(`${path.replaceAll('/', '.')}.handler`, taskRoot)).toMatchObject({
            ...expected,
            function: 'handler',
          })
        if (extension !== '.py' && folders.length > 0)
          expect(attempt(`${path.replaceAll('/', '.')}.handler`, taskRoot)).toMatchObject({
            code: 'Runtime.ImportModuleError',
          })
        expect(attempt(join(dirname(path), basename(path).toUpperCase()), taskRoot)).toMatchObject(
          /[a-z]/.test(basename(path)) ? { code: 'Runtime.ImportModuleError' } : expected,
        )
      }),
      { numRuns: 150 },
    )
  })

  it('makes a name ambiguous when a second one fits, and the error names both', () => {
    fc.assert(
      fc.property(
        segment,
        fc.uniqueArray(fc.constantFrom(...extensions), { minLength: 2, maxLength: 4 }),
        (stem, several) => {
          const taskRoot = taskFolder(Object.fromEntries(several.map((extension) => [stem + extension, ''])))
          const result = attempt(stem, taskRoot)
          expect(result).toMatchObject({ code: 'Runtime.AmbiguousHandler' })
          for (const extension of several) expect((result as HostError).message).toContain(stem + extension)
        },
      ),
      { numRuns: 60 },
    )
  })
})
