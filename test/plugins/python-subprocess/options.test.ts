import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import python from '@anyhandler/python-subprocess'
import { serve } from './serve.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'anyhandler-options-')))
afterAll(() => rmSync(root, { recursive: true }))
writeFileSync(
  join(root, 'app.py'),
  'import os, sys\n\n\ndef handler(event, context):\n    return [os.environ.get("WHO"), sys.prefix]\n',
)

/** A program that says its name in the environment and becomes python3. */
function interpreterAt(path: string, who: string): void {
  writeFileSync(join(root, path), `#!/bin/sh\nWHO=${who} exec python3 "$@"\n`)
  chmodSync(join(root, path), 0o755)
}

const answer = (plugin: Parameters<typeof python>[0], variables: Record<string, string> = {}) =>
  serve({ root, handler: 'app.handler', variables }, async ({ invoke }) => (await invoke(1)).json(), { plugin })

describe('the interpreter', () => {
  test('is python3 on PATH', async () => {
    mkdirSync(join(root, 'bin'))
    writeFileSync(join(root, 'bin/python3'), `#!/bin/sh\nWHO=path PATH=${process.env['PATH']} exec python3 "$@"\n`)
    chmodSync(join(root, 'bin/python3'), 0o755)
    expect(await answer({}, { PATH: `${join(root, 'bin')}:${process.env['PATH']}` })).toEqual([
      'path',
      expect.any(String),
    ])
  })

  test('is another one on PATH', async () => {
    mkdirSync(join(root, 'other'))
    interpreterAt('other/my-python', 'named')
    expect(
      await answer({ interpreter: 'my-python' }, { PATH: `${join(root, 'other')}:${process.env['PATH']}` }),
    ).toEqual(['named', expect.any(String)])
  })

  test('is a path, relative to the task root', async () => {
    interpreterAt('mine', 'relative')
    expect(await answer({ interpreter: './mine' })).toEqual(['relative', expect.any(String)])
    expect(await answer({ interpreter: join(root, 'mine') })).toEqual(['relative', expect.any(String)])
  })

  test('is that of a virtual environment', async () => {
    mkdirSync(join(root, '.venv/bin'), { recursive: true })
    interpreterAt('.venv/bin/python', 'venv')
    expect(await answer({ venv: '.venv' })).toEqual(['venv', expect.any(String)])
  })

  test.each([
    [
      { interpreter: 'no-such-python' },
      {},
      'no-such-python was not found on PATH; install Python 3.9 or newer, put it into a layer, or name an interpreter in plugins.python.options.interpreter',
    ],
    [
      {},
      { PATH: '/nowhere' },
      'python3 was not found on PATH; install Python 3.9 or newer, put it into a layer, or name an interpreter in plugins.python.options.interpreter',
    ],
    [
      { interpreter: './nowhere' },
      {},
      `the interpreter ${root}/nowhere does not exist; name an existing program in plugins.python.options.interpreter`,
    ],
    [
      { venv: 'nowhere' },
      {},
      /^the virtual environment .*\/nowhere has no interpreter at .*\/nowhere\/bin\/python .*; make the environment with 'python3 -m venv .*\/nowhere'/,
    ],
  ] as const)('that is missing is told with a cure: %o', async (plugin, variables, message) => {
    const error = (await answer(plugin, variables)) as { errorType: string; errorMessage: string }
    expect(error.errorType).toBe('Runtime.InterpreterNotFound')
    if (typeof message === 'string') expect(error.errorMessage).toBe(message)
    else expect(error.errorMessage).toMatch(message)
  })

  test('whose link leads nowhere is missing too', async () => {
    mkdirSync(join(root, 'broken/bin'), { recursive: true })
    symlinkSync('/nowhere/python', join(root, 'broken/bin/python'))
    expect(await answer({ venv: 'broken' })).toMatchObject({ errorType: 'Runtime.InterpreterNotFound' })
  })

  test('that is none, or too old, is told with its own words', async () => {
    writeFileSync(join(root, 'none'), '#!/bin/sh\necho "this is no Python" >&2\nexit 3\n')
    chmodSync(join(root, 'none'), 0o755)
    const error = (await answer({ interpreter: './none' })) as { errorMessage: string }
    expect(error.errorMessage).toContain('this is no Python')
  })
})

test('PYTHONSAFEPATH, PYTHONUNBUFFERED and PYTHONPATH do no harm', async () => {
  for (const variables of [{ PYTHONSAFEPATH: '1' }, { PYTHONUNBUFFERED: '1' }, { PYTHONPATH: '/nowhere' }])
    expect(await answer({}, variables)).toEqual([null, expect.any(String)])
})

describe('the options', () => {
  const message = (options: unknown): string => {
    try {
      void python(options as Parameters<typeof python>[0])
    } catch (error) {
      return (error as { code: string }).code + ': ' + (error as Error).message
    }
    return 'taken'
  }

  test.each([
    [{}, 'taken'],
    [{ interpreter: 'python3.13', keepProcesses: false }, 'taken'],
    [{ interpreter: undefined }, 'taken'],
    [null, 'Runtime.InvalidConfiguration: plugins.python.options is nothing; it must be a mapping'],
    [['python3'], 'Runtime.InvalidConfiguration: plugins.python.options is a list; it must be a mapping'],
    [
      { interpreter: 3.13 },
      'Runtime.InvalidConfiguration: plugins.python.options.interpreter is 3.13; it must be the name or the path of a Python interpreter, such as python3.13',
    ],
    [
      { interpreter: ' ' },
      "Runtime.InvalidConfiguration: plugins.python.options.interpreter is ' '; it must be the name or the path of a Python interpreter, such as python3.13",
    ],
    [
      { venv: true },
      'Runtime.InvalidConfiguration: plugins.python.options.venv is true; it must be the folder of a virtual environment, such as .venv',
    ],
    [
      { keepProcesses: 'yes' },
      "Runtime.InvalidConfiguration: plugins.python.options.keepProcesses is 'yes'; it must be true or false",
    ],
    [
      { interpeter: 'python3' },
      "Runtime.InvalidConfiguration: plugins.python.options.interpeter is not known (did you mean 'interpreter'?); there are interpreter, venv and keepProcesses",
    ],
    [
      { interpreter: 'a', venv: 'b' },
      'Runtime.InvalidConfiguration: plugins.python.options has both interpreter and venv; a virtual environment has its own interpreter, so keep only one of the two',
    ],
  ])('%o: %s', (options, expected) => {
    expect(message(options)).toBe(expected)
  })
})
