import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anyhandler } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'

const python = [
  'def handler(event, context):',
  '    if event.get("x"):',
  '        return never()',
  '    return "ok"',
  '',
  '',
  'def never():',
  '    return 1',
  '',
]
const files = {
  'app.py': python.join('\n'),
  'say.sh':
    'if [[ -n ${1-} ]]; then\n  echo never \\\n    at all\nfi\nx=$(echo inner)\necho "$x"; unused() {\n  echo unused\n}\n',
  'two.sql': 'CREATE TABLE t (a);\nSELECT 1 AS a;\n',
  'none.sql': 'SELECT\n1 AS a;\n',
  'app.handler.case.yaml': 'cases:\n  one: { expect: { answer: ok, log: [] } }\n',
  'say.case.yaml': "cases:\n  two: { event: '', expect: { answer contains: '', log: [] } }\n",
  'two.case.yaml': 'cases:\n  three: { expect: { answer: { a: 1 } } }\n',
}

const cache = join(import.meta.dirname, '../../../.cache/pythons')
// Python tells of lines by sys.monitoring from 3.12 on, before by sys.settrace. CI has both.
const interpreters = ['python3', join(cache, 'debian-13/python3'), join(cache, 'debian-11/python3')]
const runs = (interpreter: string): boolean => spawnSync(interpreter, ['--version']).status === 0

describe('--coverage', () => {
  it.each(interpreters.filter((one) => process.env['CI'] || runs(one)))(
    'tells what did not run, and changes no answer and no log: %s',
    async (interpreter) => {
      const root = folder({
        ...files,
        'anyhandler.config.json': JSON.stringify({ plugins: { python: { options: { interpreter } } } }),
      })
      const { stdout, stderr } = await anyhandler(['test', root, '--coverage', '--json'])
      expect(stderr).toBe('')
      expect(JSON.parse(stdout)).toMatchObject({
        passed: 3,
        failed: 0,
        coverage: [
          { file: 'app.py', unit: 'lines', ran: 4, total: 6, missed: [3, 8] },
          { file: 'none.sql', unit: 'statements', ran: 0, total: 1, missed: [1] },
          { file: 'say.sh', unit: 'commands', missed: expect.arrayContaining([7]) as number[] },
          { file: 'two.sql', unit: 'statements', ran: 2, total: 2, missed: [] },
        ],
      })
    },
  )

  it('is a table for people', async () => {
    const { stdout } = await anyhandler(['test', folder(files), 'two.case.yaml', '--coverage'])
    expect(stdout).toContain(
      'coverage\n  app.py    never run\n  none.sql  never run\n  say.sh    never run\n  two.sql   2 of 2 statements\n',
    )
  })
})
