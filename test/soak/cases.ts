/**
 * `npm run soak:cases`: 300 cases of three languages by `anyhandler test`, and the same events by a process for each,
 * as many at once as there are processors. Says both times, their ratio, and what was left behind.
 */
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { bin } from '../support/command.ts'
import { processesWithVariable } from '../support/processes.ts'

const perLanguage = Number(process.env['CASES'] ?? 100)
const mark = `CASES_MARK=${process.pid}`
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'anyhandler-soak-cases-')))
const handlers = {
  'hello.sql': "SELECT json_object('n', :n, 'said', 'hello') AS body, 200 AS statusCode;\n",
  'say.sh': 'echo "asked" >&2\nread -r event\necho "$event"\n',
  'app.py': 'import json, logging\ndef handler(event, context):\n    print("asked")\n    return {"n": event["n"]}\n',
}
const numbers = Array.from({ length: perLanguage }, (_, index) => index)
const caseLines = {
  'hello.case.yaml': (n: number) =>
    `    event: { n: ${n} }\n    expect: { answer: { body: '{"n":${n},"said":"hello"}', statusCode: 200 } }\n`,
  'say.case.yaml': (n: number) => `    event: { n: ${n} }\n    expect: { answer: { n: ${n} }, log: asked }\n`,
  'app.handler.case.yaml': (n: number) => `    event: { n: ${n} }\n    expect: { answer: { n: ${n} }, log: asked }\n`,
}

const env = { AWS_REGION: 'eu-central-1' }
const before = new Set(readdirSync(tmpdir()))

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

function writeCases(head = ''): void {
  for (const [name, text] of Object.entries(handlers)) writeFileSync(join(folder, name), text)
  for (const [name, body] of Object.entries(caseLines))
    writeFileSync(join(folder, name), `${head}cases:\n${numbers.map((n) => `  case ${n}:\n${body(n)}`).join('')}`)
}

async function runTest(): Promise<void> {
  const { stdout } = await execa(process.execPath, [bin, 'test', folder, '--env', mark], { env })
  if (!stdout.includes(`${3 * perLanguage} passed`)) throw new Error(stdout)
}

async function eachAlone(): Promise<void> {
  const events = ['hello', 'say', 'app.handler'].flatMap((handler) => numbers.map((n) => [handler, n] as const))
  const next = async (): Promise<void> => {
    for (let one = events.pop(); one; one = events.pop())
      await execa(
        process.execPath,
        [bin, 'invoke', one[0], '--root', folder, '--event', `{"n":${one[1]}}`, '--env', mark],
        { env },
      )
  }
  await Promise.all(Array.from({ length: availableParallelism() }, next))
}

try {
  mkdirSync(folder, { recursive: true })
  writeCases()
  const own = await timed(runTest)
  writeCases('worker: shared\n')
  const shared = await timed(runTest)
  const alone = await timed(eachAlone)
  const left = readdirSync(tmpdir()).filter((name) => name.startsWith('anyhandler-cases-') && !before.has(name))
  process.stdout.write(
    `${3 * perLanguage} cases: ${own.toFixed(1)} s, with shared workers ${shared.toFixed(1)} s; a process for each ${alone.toFixed(1)} s\n` +
      `ratio ${(alone / own).toFixed(1)}, with shared workers ${(alone / shared).toFixed(1)}\n` +
      `left behind: ${processesWithVariable(mark).length} processes, ${left.length} folders\n`,
  )
  process.exitCode = left.length + processesWithVariable(mark).length > 0 ? 1 : 0
} finally {
  rmSync(folder, { recursive: true, force: true })
}
