import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyhandler } from '../../support/command.ts'
import { folder, writeFiles } from '../../support/folder.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'anyhandler-reporters-')))
beforeAll(() =>
  writeFiles(root, {
    'say.sh': 'echo "to <the> log & so on" >&2; echo hello\n',
    'say.case.yaml':
      'cases:\n  good: { expect: { answer: "hello\\n" } }\n  \'bad & "<odd>" #1\': { expect: { answer: other } }\n  later: { skip: not written yet }\n',
  }),
)
afterAll(() => rmSync(root, { recursive: true }))

const run = (reporter: string, ...more: string[]) => anyhandler(['test', root, '--reporter', reporter, ...more])

describe('a report', () => {
  it('in JSON has all that is known of a failed case', async () => {
    const { stdout, exitCode } = await run('json')
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      passed: 1,
      failed: 1,
      skipped: 1,
      faults: [],
      cases: [
        { file: 'say.case.yaml', line: 2, name: 'good', handler: 'say', status: 'passed' },
        {
          name: 'bad & "<odd>" #1',
          status: 'failed',
          differences: [{ key: 'answer', expected: 'other', got: 'hello\n' }],
          log: ['to <the> log & so on'],
          command: expect.stringMatching(/^npx anyhandler test \S+ say\.case\.yaml:3$/) as string,
        },
        { name: 'later', status: 'skipped', reason: 'not written yet' },
      ],
    })
  })

  it('for people says that the time of a file is the sum of its cases, if there are several', async () => {
    const { stdout } = await anyhandler(['test', root])
    expect(stdout).toMatch(/^✗ say\.case\.yaml {2}1 of 2 {2}\d+ ms in sum$/m)
    const one = folder({ 'one.sh': 'echo 1\n', 'one.case.yaml': 'cases:\n  one: { expect: { answer: 1 } }\n' })
    expect((await anyhandler(['test', one])).stdout).toMatch(/^✓ one\.case\.yaml {2}1 of 1 {2}\d+ ms$/m)
  })

  it('in JUnit’s XML can be read by a parser of XML', async () => {
    const file = join(folder({}), 'junit.xml')
    const { stdout } = await run('junit', '--output', file)
    expect(stdout).toBe('')
    const script =
      'import sys, json, xml.etree.ElementTree as E\nr = E.parse(sys.argv[1]).getroot()\n' +
      'print(json.dumps([r.attrib["tests"], r.attrib["failures"], r.attrib["skipped"], [[c.attrib["name"], [(d.tag, d.text) for d in c]] for c in r.iter("testcase")]]))'
    const { stdout: read } = await execa('python3', ['-c', script, file])
    expect(JSON.parse(read)).toEqual([
      '3',
      '1',
      '1',
      [
        ['good', []],
        [
          'bad & "<odd>" #1',
          [
            ['failure', expect.stringContaining('expected other\n  got      hello⏎\n') as string],
            ['system-out', 'to <the> log & so on'],
          ],
        ],
        ['later', [['skipped', null]]],
      ],
    ])
    expect(readFileSync(file, 'utf8')).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites /)
  })

  it('in TAP has a line for each case', async () => {
    const { stdout } = await run('tap')
    const lines = stdout.split('\n')
    expect(lines.slice(0, 4)).toEqual([
      'TAP version 14',
      '1..3',
      'ok 1 - say.case.yaml: good',
      String.raw`not ok 2 - say.case.yaml: bad & "<odd>" \#1`,
    ])
    expect(lines).toContain('ok 3 - say.case.yaml: later # SKIP not written yet')
  })

  it('for people is coloured on request only', async () => {
    const { stdout } = await anyhandler(['test', root])
    expect(stdout).not.toContain('\u001b')
    expect(stdout).toContain('1 passed, 1 failed, 1 left out')
    const coloured = await anyhandler(['test', root], { env: { FORCE_COLOR: '1' } })
    expect(coloured.stdout).toContain('\u001b[32m')
  })
})
