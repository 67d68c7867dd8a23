import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Files } from './stage.ts'

/** What the commands of a block find that the page doesn't show. */
export interface Scene {
  readonly page: string
  /** A command of the block. */
  readonly command: string
  readonly files?: Files
  /** Makes the rest, in the block's folder. */
  readonly prepare?: (cwd: string) => void
  /** Each command has a folder of its own: the page means one of them. */
  readonly apart?: true
  /** Without the usual handlers. */
  readonly alone?: true
}

const python = 'def handler(event, context):\n    return {"statusCode": 200, "body": f"Hello, {event[\'name\']}!"}\n'

/** The handlers of which pages speak as `my-handlers`. */
export const usual: Files = {
  'my-handlers/hello.sql': "SELECT 'Hello World' body, 200 statusCode;\n",
  'my-handlers/app.py': python,
}

const migrations = {
  'migrations/0001_links.sql': 'CREATE TABLE links (slug TEXT PRIMARY KEY, url TEXT, hits INTEGER DEFAULT 0);\n',
}
const hello = { 'hello.sql': "SELECT 'Hello World' body, 200 statusCode;\n" }

const routes = {
  'list.sql': 'SELECT 1 AS links;\n',
  'create.sql': 'SELECT 201 statusCode;\n',
  'follow.sql': 'SELECT 302 statusCode;\n',
  'webhook.py': python,
  'files.sh': 'echo files\n',
  'worker.sh': 'cat\n',
  'nightly.sh': 'cat\n',
  'fallback.sh': 'cat\n',
}

export const scenes: readonly Scene[] = [
  { page: 'README.md', command: 'npx anyhandler dev', files: hello },
  {
    page: 'README.md',
    command: 'npx anyhandler invoke worker --example sqs --set Records.0.body=hello',
    files: { 'worker.sh': 'jq -r .Records[0].body\n' },
  },
  { page: 'docs/batches.md', command: 'npx anyhandler invoke worker --example sqs', files: { 'bin/psql*': '' } },
  {
    page: 'docs/batches.md',
    command: 'npx anyhandler invoke own --example sqs',
    files: { 'own.sh': `echo '{"batchItemFailures":[{"itemIdentifier":""}]}'\n` },
  },
  {
    page: 'docs/debugging.md',
    command: 'ANYHANDLER_TRACE=lane,frames npx anyhandler invoke hello',
    files: { 'hello.sh': 'echo hi\n' },
  },
  {
    page: 'docs/dev.md',
    command: 'npx anyhandler dev',
    files: { ...hello, 'report.sh': 'echo report\n' },
  },
  {
    page: 'docs/doctor.md',
    command: 'npx anyhandler doctor my-handlers',
    alone: true,
    files: {
      'my-handlers/app.sh': 'run() {\r\n  echo hi\r\n}\r\n',
      'my-handlers/report.sql': 'SELECT * FROM orders;\n',
      'my-handlers/upload.sh': 'jq -r .name\n',
    },
  },
  {
    page: 'docs/http.md',
    command: 'npx anyhandler invoke hello --http / --as rest',
    files: { 'hello.sh': `echo '{"statusCode":200,"Body":"hi"}'\n` },
  },
  { page: 'docs/routes.md', command: "npx anyhandler invoke routes --http 'GET /links'", files: routes },
  {
    page: 'docs/routes.md',
    command: 'npx anyhandler build --template sam my-handlers --per-route',
    apart: true,
    files: { 'my-handlers/anyhandler.config.yaml': 'routes:\n  GET /hello: hello\n  POST /hooks: app.handler\n' },
  },
  {
    page: 'docs/sql.md',
    command: `npx anyhandler invoke add --http 'POST /notes' --data '{}'`,
    files: { 'migrations/001_notes.sql': 'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL);\n' },
  },
  {
    page: 'docs/testing-handlers.md',
    command: 'npx anyhandler dev --record records',
    files: { ...migrations, 'follow.sql': "SELECT 302 statusCode, json_object('location', '/') headers;\n" },
    prepare(cwd) {
      const record = {
        version: 1,
        handler: 'follow',
        at: '2026-11-29T10:00:00.000Z',
        event: { text: '{"slug":"way"}' },
        outcome: { kind: 'response', streamed: false, body: { text: '{"statusCode":302,"headers":{"location":"/"}}' } },
        log: [],
        durationMs: 3,
      }
      mkdirSync(join(cwd, 'records'))
      writeFileSync(join(cwd, 'records/2026-11-29T10-00-00.000Z-follow.json'), JSON.stringify(record))
    },
  },
]

/** Commands of which only the command line is tried, and why. */
export const notRun: readonly (readonly [command: RegExp, reason: string])[] = [
  [/^npm (?:ci|test|install)\b/, 'it is what runs this test, or `npm run readme` does it with the packed packages'],
  [/^npm create /, 'asks the registry for a published package; test/create-anyhandler runs what it starts'],
  [/^npm run bench\b/, 'takes minutes'],
  [/^npm run (?:format|check)\b/, '`npm test` runs it'],
  [/^npm run (?:dev|release)\b|^npx changeset/, 'waits for a person, or publishes'],
  [/^npx anyhandler plugins --check/, "takes eight seconds; the example's own test runs the same kit"],
  [/^(?:aws|sam) /, 'needs an account of AWS'],
  [/^npx anyhandler build layer\b/, 'takes eight seconds; test/cli/artifacts/layer.test.ts builds it and starts it'],
  [/ --root examples\/sites-bash /, 'asks sites on the Internet; its case file has them locally'],
]
