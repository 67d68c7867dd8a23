import { bash, python, sql } from './deeds.ts'
import type { HostileDeed } from './deeds.ts'

/** A handler that answers with its event, and does first what `do` in the event names. */
export interface HostileHandler {
  readonly deeds: readonly HostileDeed[]
  readonly files: Readonly<Record<string, string>>
  readonly handler: string
}

const cases = bash.map(([name, code]) => `  ${name})\n    ${code}\n    ;;`).join('\n')
const branches = python.map(
  ([name, code]) => `    if event["do"] == "${name}":\n        ${code.replaceAll('\n', '\n    ')}`,
)
const statements = sql.map(([name, code]) => code && `${code.replace('$', `event('do') = '${name}'`)};`)

export const handlers: Readonly<Record<string, HostileHandler>> = {
  bash: {
    deeds: bash,
    files: { 'app.sh': `name=\${1#*'"do":"'}\ncase \${name%%'"'*} in\n${cases}\nesac\nprintf %s "$1"\n` },
    handler: 'app',
  },
  python: {
    deeds: python,
    files: {
      'app.py': `import ctypes, glob, os, shutil, subprocess, sys, threading, time

def bad():
    yield {"contentType": "a\\nb"}
    yield "x"

def handler(event, context):
${branches.join('\n')}
    return event
`,
    },
    handler: 'app.handler',
  },
  sql: {
    deeds: sql,
    files: {
      'q.sql': `-- answer: body application/json
CREATE TEMP TABLE seen(x);
${statements.filter(Boolean).join('\n')}
SELECT CASE WHEN event('do') = 'too-large' THEN hex(zeroblob(3200000)) ELSE event() END;
`,
    },
    handler: 'q',
  },
}
