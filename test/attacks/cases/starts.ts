import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Attack } from '../attack.ts'

interface Refused {
  readonly files: Readonly<Record<string, string>>
  readonly handler: string
  readonly prepare?: (root: string) => void
}

const refused = (name: string, initError: RegExp, how: Refused): Attack => ({ name, steps: [], initError, ...how })
const unreadable = (file: string) => (root: string) => chmodSync(join(root, file), 0o000)
const sqlConfig = (options: string): string => `{"plugins":{"sql":{"options":${options}}}}`
const bashOwn = ['exit', 'respond', 'stream', 'remaining', 'kill', '__ah_report_done']
const anchors = (key: string): string => {
  const levels = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
  const lines = levels.map(
    (name, at) =>
      `${name}: &${name} [${Array.from({ length: 10 }, () => (at === 0 ? '1' : `*${levels[at - 1]}`)).join(', ')}]`,
  )
  return `${lines.join('\n')}\nplugins: { ${key} }\n`
}

/** Task roots that can't be started (B17, B19): one sentence each. */
export const starts: readonly Attack[] = [
  refused('B17 a script without the right to read (bash)', /can't be read|permission denied/i, {
    files: { 'app.sh': 'echo' },
    handler: 'app',
    prepare: unreadable('app.sh'),
  }),
  refused('B17 a file of functions without the right to read (bash)', /can't be read|permission denied/i, {
    files: { 'app.sh': 'h() { :; }' },
    handler: 'app.h',
    prepare: unreadable('app.sh'),
  }),
  refused('B17 a query without the right to read (sql)', /can't be read|permission denied/i, {
    files: { 'q.sql': 'select 1 x;' },
    handler: 'q',
    prepare: unreadable('q.sql'),
  }),
  refused('B17 a module without the right to read (python)', /permission denied/i, {
    files: { 'app.py': 'def handler(e, c): pass' },
    handler: 'app.handler',
    prepare: unreadable('app.py'),
  }),
  refused('B17 `migrations` as a file (sql)', /migrations/, {
    files: {
      'q.sql': 'select 1 x;',
      migrations: '',
      'anyhandler.config.json': sqlConfig('{"database":":memory:","migrations":"migrations"}'),
    },
    handler: 'q',
  }),
  refused('B17 random bytes as a script (bash)', /./, {
    files: {},
    handler: 'e',
    prepare: (root) =>
      writeFileSync(join(root, 'e.sh'), Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * 7919 + 13) % 256))),
  }),
  refused('B17 anchors of 10^9 leaves', /Runtime\.InvalidConfiguration/, {
    files: { 'q.sql': 'select 1 x;', 'anyhandler.config.yaml': anchors('sql: { options: { database: *i } }') },
    handler: 'q',
  }),
  refused('B17 20,000 levels in a configuration', /Runtime\.InvalidConfiguration/, {
    files: {
      'q.sql': 'select 1 x;',
      'anyhandler.config.json': sqlConfig(`{"database":${'['.repeat(20_000)}${']'.repeat(20_000)}}`),
    },
    handler: 'q',
  }),
  refused('B17 a getter that throws', /Runtime\.InvalidConfiguration/, {
    files: {
      'q.sql': 'select 1 x;',
      'anyhandler.config.mjs': 'export default { get plugins() { throw new Error("no") } }',
    },
    handler: 'q',
  }),
  refused('B17 a newline in a key of `handlers`', /Runtime\.(InvalidConfiguration|MalformedHandlerName)/, {
    files: { 'q.sql': 'select 1 x;', 'anyhandler.config.json': '{"handlers":{"a\\nkeepProcesses=1":"q.sql"}}' },
    handler: 'a\nkeepProcesses=1',
  }),
  refused('B17 a folder as a handler', /Runtime\./, {
    files: {},
    handler: 'app',
    prepare: (root) => mkdirSync(join(root, 'app.sh')),
  }),
  refused('B17 an empty file of functions (bash)', /Runtime\.HandlerNotFound/, {
    files: { 'app.sh': '' },
    handler: 'app.h',
  }),
  refused('a handler that leads out (bash)', /Runtime\.HandlerOutsideTaskRoot/, {
    files: {},
    handler: '../../etc/passwd',
  }),
  ...bashOwn.map((name) =>
    refused(`B19 _HANDLER=app.${name} (bash)`, /Runtime\.HandlerNotFound/, {
      files: { 'app.sh': 'h() { echo hi; }' },
      handler: `app.${name}`,
    }),
  ),
  refused('a module that ends Python', /Runtime\.ExitError/, {
    files: { 'app.py': 'import sys; sys.exit(0)' },
    handler: 'app.handler',
  }),
  refused('a module that kills Python', /Runtime\.(DriverFailed|ExitError)/, {
    files: { 'app.py': 'import os; os.kill(os.getpid(), 9)' },
    handler: 'app.handler',
  }),
  refused('a file of functions that ends the shell (bash)', /Function\.ExitStatus/, {
    files: { 'app.sh': 'exit 3' },
    handler: 'app.h',
  }),
  refused('a file of functions that kills the shell (bash)', /Runtime\.(DriverFailed|ExitError)/, {
    files: { 'app.sh': '/bin/kill -9 $$; sleep 1' },
    handler: 'app.h',
  }),
]
