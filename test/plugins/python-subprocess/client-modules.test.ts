import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { rootOf } from './case.ts'
import { pythons } from './differential/pythons.ts'
import { serve } from './serve.ts'

const driver = fileURLToPath(new URL('../../../plugins/python-subprocess/driver', import.meta.url))

/**
 * Top-level modules that are loaded from files once the client is there, without those of the packages and of Python's
 * own start.
 */
const measure = `
import sys
import awslambdaric.__main__
print(" ".join(sorted(
    name for name, module in sys.modules.items()
    if "." not in name and not name.startswith("_") or name == "__future__"
    if name not in sys.builtin_module_names and name not in sys.argv
)))`

const start =
  'codecs encodings io abc site os stat posixpath genericpath awslambdaric simplejson runtime_client math zipimport'
const known = 'import anyhandler_driver.own as own; print(" ".join(sorted(own.CLIENT_NAMES)))'

function run(interpreter: string, script: string, path: string): string[] {
  const { stdout, stderr, status } = spawnSync(interpreter, ['-S', '-c', script, ...start.split(' ')], {
    env: { PATH: process.env['PATH'], PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: '1' },
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
  return stdout.trim().split(' ')
}

describe.each(pythons)("the standard modules that AWS's client loads on $name", ({ interpreter, client }) => {
  test('are those that the driver knows', () => {
    expect(run(interpreter, known, driver)).toEqual(run(interpreter, measure, client))
  })
})

test('to find them takes no import and less than a millisecond', async () => {
  await serve({ root: rootOf('own_references'), handler: 'app.imported' }, async ({ invoke }) => {
    let fastest = Infinity
    // A busy machine may take the processor away meanwhile.
    for (let tries = 0; tries < 10 && fastest >= 0.001; tries++) {
      const [loaded, seconds] = (await invoke(1)).json() as [string[], number]
      expect(loaded).toEqual([])
      fastest = Math.min(fastest, seconds)
    }
    expect(fastest).toBeLessThan(0.001)
  })
})

test.each(['app.fakes_json', 'app.fakes_everything'])(
  'a handler that puts its own into sys.modules breaks itself, not the driver (%s)',
  async (handler) => {
    await serve({ root: rootOf('own_references'), handler }, async ({ invoke }) => {
      for (let round = 0; round < 2; round++) {
        const outcome = await invoke(1, { clientContext: { custom: { a: 1 } } })
        expect(outcome.json()).toMatchObject({ errorType: 'ValueError', errorMessage: 'with fakes' })
        expect((outcome.json() as { stackTrace: string[] }).stackTrace[0]).toContain('in fakes')
      }
    })
  },
)
