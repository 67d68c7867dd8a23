import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectSame } from './differential/same.ts'
import { runOurs } from './serve.ts'

const root = mkdtempSync(join(tmpdir(), 'anyhandler-names-'))
const elsewhere = mkdtempSync(join(tmpdir(), 'anyhandler-elsewhere-'))
const source = 'def handler(event, context):\n    return [__name__, event]\n'
const events = [{ text: '1' }]

beforeAll(() => {
  writeFileSync(join(root, 'near.py'), source)
  for (const folder of [root, elsewhere]) writeFileSync(join(folder, 'written.py'), source)
  execFileSync('python3', ['-c', 'import py_compile; py_compile.compile("written.py", cfile="compiled.pyc")'], {
    cwd: root,
  })
  rmSync(join(root, 'written.py'))
  mkdirSync(join(elsewhere, 'spaces'))
  writeFileSync(join(elsewhere, 'spaces/inside.py'), source)
  mkdirSync(join(elsewhere, 'wrapper'))
  writeFileSync(join(elsewhere, 'wrapper/__init__.py'), '')
  writeFileSync(join(elsewhere, 'wrapper/app.py'), source)
  execFileSync('python3', ['-m', 'zipfile', '-c', 'all.zip', 'written.py'], { cwd: elsewhere })
  renameSync(join(elsewhere, 'written.py'), join(elsewhere, 'zipped.txt'))
})
afterAll(() => {
  for (const folder of [root, elsewhere]) rmSync(folder, { recursive: true })
})

describe('a handler that no file of the task root has', { timeout: 60_000 }, () => {
  const variables = { PYTHONPATH: `${elsewhere}:${join(elsewhere, 'all.zip')}` }

  test.each([
    ['a package on the path', 'wrapper.app.handler'],
    ['a folder without __init__.py', 'spaces.inside.handler'],
    ['a module in a zip', 'written.handler'],
    ['a compiled module of the task root', 'compiled.handler'],
    ['a module that is there without its function', 'wrapper.app.nothing'],
    ['a package that is there without its module', 'wrapper.missing.handler'],
  ])('is found by Python: %s', async (_what, handler) => {
    await expectSame({ root, handler, events, variables })
  })

  test.each([
    ['os.system', /was not found in .*; the task root holds near\.py$/],
    ['sys.exit', /was not found in/],
    ['json.loads', /was not found in/],
    ['anyhandler_driver.life', /was not found in/],
    ['awslambdaric.bootstrap.run', /was not found in/],
    ['__main__.main', /was not found in/],
    ['nea.handler', /; did you mean 'near\.handler'\?$/],
  ])("is refused with the host's own sentence: %s", async (handler, sentence) => {
    const { outcomes, log } = await runOurs({ root, handler, events, variables })
    expect(outcomes[0]).toMatchObject({ kind: 'initError', errorType: 'Runtime.ImportModuleError' })
    expect((outcomes[0]!.json() as { errorMessage: string }).errorMessage).toMatch(sentence)
    expect(log.filter((line) => line.includes(handler))).toHaveLength(1)
  })

  test('is refused as such where there is no interpreter to ask', async () => {
    const plugin = { interpreter: 'python-that-is-not-there' }
    const { outcomes } = await runOurs({ root, handler: 'wrapper.app.handler', events, variables }, { plugin })
    expect(outcomes[0]).toMatchObject({ kind: 'initError', errorType: 'Runtime.ImportModuleError' })
  })
})
