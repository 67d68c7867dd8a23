import { readdirSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { anyhandler, bin } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'
import { processesWithVariable } from '../../support/processes.ts'
import { differing, reportOf } from './run-test.ts'

const handlers = {
  'anyhandler.config.js':
    "export default { plugins: { sql: { options: { database: process.env.SHOP_DATABASE ?? '/tmp/anyhandler-never.db' } } } }\n",
  'migrations/1.sql': 'CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT);\n',
  'order.sql': 'INSERT INTO orders (what) VALUES (:what);\nSELECT max(id) AS id, count(*) AS n FROM orders;\n',
  'state.py': 'seen = []\ndef handler(event, context):\n    seen.append(1)\n    return len(seen)\n',
  'leave.sh': 'ls -A "$FOLDER" | grep -v ^anyhandler-; echo x >"$FOLDER/left"; setsid sleep 300 & echo done\n',
}

const repeated = (count: number, body: string): string =>
  `cases:\n${Array.from({ length: count }, (_, index) => `  case ${index}:\n${body}`).join('')}`

describe('a case', () => {
  it('finds the database as the function’s start leaves it, whatever the cases before it have written', async () => {
    const body =
      '    event: { what: pen }\n    expect: { answer: { id: 1, n: 1 }, query: { SELECT what FROM orders: pen } }\n'
    const report = await reportOf({ ...handlers, 'order.case.yaml': repeated(20, body) })
    expect(report).toMatchObject({ passed: 20, failed: 0 })
    expect(readdirSync('/tmp').filter((name) => name.startsWith('anyhandler-never'))).toEqual([])
  })

  it('may start from rows, from a file of SQL, from a database, and from a migration before the last', async () => {
    const report = await reportOf(
      {
        ...handlers,
        'migrations/2.sql': 'ALTER TABLE orders ADD COLUMN price INTEGER NOT NULL DEFAULT 7;\n',
        'old.sql':
          "CREATE TABLE orders (id INTEGER PRIMARY KEY, what TEXT); INSERT INTO orders VALUES (41, 'ink');\n" +
          'CREATE TABLE anyhandler_migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL);\n' +
          "INSERT INTO anyhandler_migrations VALUES ('1.sql', '2026-01-01');\n",
        'order.case.yaml': `cases:
  rows:
    database: INSERT INTO orders (id, what) VALUES (9, 'pen')
    expect: { answer: { id: 10, n: 2 } }
  sql:
    database: { from: old.sql }
    expect: { answer: { id: 42, n: 2 }, query: { SELECT price FROM orders WHERE id = 41: 7 } }
  migration:
    database: { migratedTo: 1.sql, run: "INSERT INTO orders (id, what) VALUES (5, 'pen')" }
    expect: { answer: { id: 6, n: 2 }, query: { SELECT price FROM orders WHERE id = 5: 7 } }
  none of them:
    expect: { answer: { id: 1, n: 1 } }
  wrong sql:
    database: INSERT INTO nowhere VALUES (1)
  no such migration:
    database: { migratedTo: 3.sql }
  a query that writes:
    expect: { query: { DELETE FROM orders: 1 } }
`,
      },
      ['--jobs', '1'],
    )
    expect(differing(report)).toEqual({
      rows: [],
      sql: [],
      migration: [],
      'none of them': [],
      'wrong sql': ['database.run: no such table: nowhere'],
      'no such migration': [
        expect.stringMatching(/^database: there is no migration '3\.sql' in .*; there are 1\.sql, 2\.sql$/) as string,
      ],
      'a query that writes': ['query.DELETE FROM orders'],
    })
  })

  it('finds no module state of another case, unless its file says that it may', async () => {
    const own = await reportOf({ ...handlers, 'state.case.yaml': repeated(2, '    expect: { answer: 1 }\n') }, [
      '--jobs',
      '1',
    ])
    expect(own).toMatchObject({ passed: 2 })
    const shared = await reportOf(
      { ...handlers, 'state.case.yaml': `worker: shared\n${repeated(2, '    expect: { answer: 1 }\n')}` },
      ['--jobs', '1'],
    )
    expect(shared).toMatchObject({ passed: 1, failed: 1 })
  })

  it('finds an empty folder and its own variables, and what it starts ends', async () => {
    const mark = `TEST_MARK=${process.pid}-${Date.now()}`
    const body = '    env: { FOLDER: \'{{tmp}}\' }\n    expect: { answer: "done\\n" }\n'
    const cwd = folder({ ...handlers, 'leave.case.yaml': repeated(6, body) })
    const TMPDIR = folder({})
    const { stdout } = await anyhandler(['test', '.', '--env', mark], { cwd, env: { TMPDIR } })
    expect(stdout).toContain('6 passed')
    // What is killed takes a moment to be gone.
    await expect.poll(() => processesWithVariable(mark)).toEqual([])
    expect(foldersOfRuns(TMPDIR)).toEqual([])
  })

  it('that hangs in native code costs its own process only', async () => {
    const report = await reportOf({
      'endless.sql': 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;\n',
      'good.sql': 'SELECT 1 AS a;\n',
      'endless.case.yaml': 'cases:\n  hangs:\n    timeout: 0.5\n    expect: { error: Function.Timeout }\n',
      'good.case.yaml': repeated(3, '    expect: { answer: { a: 1 } }\n'),
    })
    expect(report).toMatchObject({ passed: 4, failed: 0 })
  })
})

describe('the command', () => {
  it.each(['SIGINT', 'SIGKILL'] as const)('leaves no process and no file after %s', async (signal) => {
    const mark = `TEST_MARK=${process.pid}-${signal}`
    const root = folder({ 'slow.sh': 'sleep 60\n', 'slow.case.yaml': repeated(4, '    timeout: 90\n') })
    const TMPDIR = folder({})
    const child = spawn(process.execPath, [bin, 'test', root, '--env', mark], {
      stdio: 'ignore',
      env: { ...process.env, TMPDIR },
    })
    await expect.poll(() => processesWithVariable(mark).length).toBeGreaterThan(3)
    child.kill(signal)
    await once(child, 'exit')
    await expect.poll(() => processesWithVariable(mark)).toEqual([])
    await expect.poll(() => foldersOfRuns(TMPDIR)).toEqual([])
  })
})

function foldersOfRuns(tmp: string): readonly string[] {
  return readdirSync(tmp).filter((name) => name.startsWith('anyhandler-cases-'))
}
