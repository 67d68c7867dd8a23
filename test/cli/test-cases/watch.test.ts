import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { affectedBy } from '../../../cli/src/test-cases/watch.ts'
import type { TestCase } from '../../../cli/src/test-cases/format/test-case.ts'
import { anyhandler, bin } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'

const handlers = { 'a.sql': "SELECT 'one' AS a;\n", 'b.sql': 'SELECT 1 AS b;\n' }
const cases = {
  'a.case.yaml': 'cases:\n  says one:\n    expect: { answer: { a: one } }\n',
  'b.case.yaml': 'cases:\n  says 1:\n    expect: { answer: { b: 1 } }\n',
}

describe('--watch', () => {
  it('runs what a changed file concerns, and ends with SIGINT', async () => {
    const root = folder({ ...handlers, ...cases })
    const child = spawn(process.execPath, [bin, 'test', root, '--watch'], { stdio: ['ignore', 'pipe', 'pipe'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    let text = ''
    for (const output of [child.stdout, child.stderr])
      output.setEncoding('utf8').on('data', (part: string) => (text += part))
    const seen = async (wanted: string) => {
      await expect.poll(() => text).toContain(wanted)
    }
    await seen('2 passed')
    await seen('waiting for a change')
    text = ''
    writeFileSync(join(root, 'a.sql'), "SELECT 'two' AS a;\n")
    await seen('1 failed')
    await seen('waiting for a change')
    expect(text).toContain('a.sql changed')
    expect(text).not.toContain('b.case.yaml')
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([130, null])
  })

  it('takes a file that is no handler for one that all may read', () => {
    const test = (label: string, handler: string) =>
      ({ label, root: '/r', steps: [{ handler }] }) as unknown as TestCase
    const all = [test('a.case.yaml', 'a'), test('x/app.case.yaml', 'x/app.main'), test('c.case.yaml', 'reports/c.sql')]
    const labels = (...changed: string[]) => affectedBy(new Set(changed), '/r')(all).map(({ label }) => label[0])
    expect(labels('a.sql')).toEqual(['a'])
    expect(labels('x/app.py', 'reports/c.sql')).toEqual(['x', 'c'])
    expect(labels('c.case.yaml')).toEqual(['c'])
    expect(labels('a.sql', 'lib.sh')).toEqual(['a', 'x', 'c'])
  })
})

describe('--update', () => {
  const echo = {
    'echo.sql': '-- answer: body application/json\nSELECT event();\n',
    'fail.sh': 'echo why >&2; exit 3\n',
  }
  const before = `# A comment that stays.
cases:
  wrong value:
    event: { a: 1 }
    expect:
      answer: { a: 2 } # and this one
      log contains: nothing
  nothing yet:
    event: [ 1, { b: text } ]
  a failure:
    handler: fail
    expect: { error: { type: Function.Other } }
  right:
    event: 5
    expect: { answer: 5 }
`

  it('writes what came, keeps comments, and leaves what only a person can know', async () => {
    const root = folder({ ...echo, 'echo.case.yaml': before })
    const { stderr, exitCode } = await anyhandler(['test', root, '--update'])
    expect({ stderr, exitCode }).toEqual({ stderr: 'anyhandler: 3 cases now have the actual results\n', exitCode: 0 })
    expect(readFileSync(join(root, 'echo.case.yaml'), 'utf8')).toBe(`# A comment that stays.
cases:
  wrong value:
    event: { a: 1 }
    expect:
      answer: { a: 1 } # and this one
      log contains: nothing
  nothing yet:
    event: [ 1, { b: text } ]
    expect:
      answer:
        - 1
        - b: text
  a failure:
    handler: fail
    expect: { error: { type: Function.ExitStatus } }
  right:
    event: 5
    expect: { answer: 5 }
`)
    const again = await anyhandler(['test', root, '--json'])
    expect(JSON.parse(again.stdout)).toMatchObject({ passed: 3, failed: 1 })
  })

  it('says it of a single case in the singular', async () => {
    const root = folder({ ...echo, 'echo.case.yaml': 'cases:\n  new:\n    event: 1\n' })
    const { stderr } = await anyhandler(['test', root, '--update'])
    expect(stderr).toBe('anyhandler: 1 case now has the actual result\n')
  })
})
