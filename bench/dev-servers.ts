/**
 * `npm run bench:dev`: from the start of a local server to its first answer, and from a save to the new answer, beside
 * other local servers. Peers are looked for in .cache/bench/dev (`sh bench/peers/dev/fetch.sh` brings them); one that
 * isn't there is left out. Prints a table. ROUNDS=7 is how often each is measured.
 *
 *   npm run bench:dev -- [PART OF A TITLE]
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { endProcesses } from '../dev/src/instances/end-processes.ts'
import { median } from './statistics.ts'

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

const repository = join(import.meta.dirname, '..')
const peers = join(repository, '.cache/bench/dev')
/** Tells the processes of this run from all others. */
const mark = String(process.pid)
const rounds = Number(process.env['ROUNDS'] ?? 7)
const command = join(repository, 'cli/bin/anyhandler.js')
const [wanted = ''] = process.argv.slice(2)

interface Server {
  readonly title: string
  readonly argv: readonly string[]
  readonly cwd: string
  readonly url: string
  /** The handler's file, and its text with a word that it answers. */
  readonly file: string
  text(word: string): string
  readonly missing?: string
}

let port = 34_000

function ours(title: string, file: string, text: (word: string) => string, name = 'hello'): Server {
  const cwd = mkdtempSync(join(tmpdir(), 'anyhandler-bench-'))
  const own = ++port
  return {
    title: `anyhandler dev, ${title}`,
    argv: [process.execPath, command, 'dev', '--port', String(own)],
    cwd,
    url: `http://127.0.0.1:${own}/${name}/`,
    file: join(cwd, file),
    text,
  }
}

function offline(): Server {
  const cwd = join(peers, 'serverless-offline')
  const own = ++port
  const bin = join(cwd, 'node_modules/.bin/osls')
  const argv = [
    process.execPath,
    bin,
    'offline',
    'start',
    '--httpPort',
    String(own),
    '--lambdaPort',
    String(++port),
    '--reloadHandler',
    '--noPrependStageInUrl',
  ]
  return {
    title: 'serverless-offline 14.8, JavaScript, --reloadHandler',
    argv,
    cwd,
    url: `http://localhost:${own}/`,
    file: join(cwd, 'hello.mjs'),
    text: (word) => `export const handler = async () => ({ statusCode: 200, body: '${word}' })\n`,
    ...(existsSync(bin) ? {} : { missing: 'not fetched' }),
  }
}

function cargo(): Server {
  const cwd = join(peers, 'cargo-lambda/hello')
  const own = ++port
  const bin = join(peers, 'cargo-lambda/python/bin/cargo-lambda')
  return {
    title: 'cargo lambda watch 1.9, Rust, dependencies built before',
    argv: [bin, 'lambda', 'watch', '--invoke-address', '127.0.0.1', '--invoke-port', String(own)],
    cwd,
    url: `http://127.0.0.1:${own}/lambda-url/hello/`,
    file: join(cwd, 'src/main.rs'),
    text: (word) => rust.replace('WORD', word),
    ...(existsSync(join(cwd, 'target')) ? {} : { missing: 'not fetched, or no cargo' }),
  }
}

const rust = `use lambda_http::{run, service_fn, Body, Error, Request, Response};
async fn hello(_event: Request) -> Result<Response<Body>, Error> {
    Ok(Response::builder().status(200).body("WORD".into())?)
}
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> { run(service_fn(hello)).await }
`

const servers: readonly Server[] = [
  ours('SQL', 'hello.sql', (word) => `SELECT 200 statusCode, '${word}' body;\n`),
  ours('bash', 'hello.sh', (word) => `echo ${word}\n`),
  ours(
    'Python',
    'hello.py',
    (word) => `def handler(event, context):\n    return {"statusCode": 200, "body": "${word}"}\n`,
  ),
  ours(
    'JavaScript',
    'hello.mjs',
    (word) => `export const handler = async () => ({ statusCode: 200, body: '${word}' })\n`,
    'hello.handler',
  ),
  offline(),
  cargo(),
]

/** A server may forget a request that it had when it began to compile: then it is asked again. */
const patienceMs = 10_000

/** Asks until the word is the answer. @returns milliseconds */
async function until(url: string, word: string, since: number): Promise<number> {
  for (;;) {
    const left = 60_000 - (performance.now() - since)
    const patience = Math.min(patienceMs, Math.max(1, Math.ceil(left)))
    if ((await answerOf(url, patience)).trim() === word) return performance.now() - since
    if (left < 0) throw new Error(`${url} has not answered ${word} within a minute`)
    await sleep(2)
  }
}

function answerOf(url: string, ms: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const asked = request(url, { agent: false, signal: AbortSignal.timeout(ms) }, (answer) => {
    let text = ''
    answer.on('error', () => {})
    answer.setEncoding('utf8').on('data', (part: string) => (text += part))
    answer.on('close', () => resolve(text))
  })
  asked.on('error', () => resolve(''))
  asked.end()
  return promise
}

async function measure({
  argv,
  cwd,
  url,
  file,
  text,
}: Server): Promise<{ readonly first: number; readonly saved: readonly number[] }> {
  const [program = '', ...args] = argv
  writeFileSync(file, text('first'))
  const since = performance.now()
  const child = spawn(program, args, {
    cwd,
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, AWS_REGION: 'eu-central-1', SLS_TELEMETRY_DISABLED: '1', ANYHANDLER_BENCH: mark },
  })
  const ended = new Promise((resolve) => child.once('exit', resolve).once('error', resolve))
  try {
    const first = await until(url, 'first', since)
    const saved: number[] = []
    for (const word of ['second', 'third']) {
      await sleep(1_000)
      const at = performance.now()
      writeFileSync(file, text(word))
      saved.push(await until(url, word, at))
    }
    return { first, saved }
  } finally {
    try {
      process.kill(-(child.pid as number), 'SIGINT')
    } catch {
      // It has ended.
    }
    await Promise.race([ended, sleep(3_000)])
    // Servers start processes in groups of their own.
    endProcesses(`ANYHANDLER_BENCH=${mark}`)
  }
}

process.once('exit', () => endProcesses(`ANYHANDLER_BENCH=${mark}`))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

say('| server | start to first answer | save to new answer |\n|---|---|---|')
for (const server of servers.filter(({ title }) => title.includes(wanted))) {
  if (server.missing !== undefined) {
    say(`| ${server.title} | ${server.missing} | |`)
    continue
  }
  const results: Awaited<ReturnType<typeof measure>>[] = []
  for (let round = 0; round < rounds; round++) results.push(await measure(server))
  const ms = (values: readonly number[]): string =>
    `${Math.round(median(values))} ms (${Math.round(Math.min(...values))} to ${Math.round(Math.max(...values))})`
  say(`| ${server.title} | ${ms(results.map(({ first }) => first))} | ${ms(results.flatMap(({ saved }) => saved))} |`)
  if (server.cwd.startsWith(tmpdir())) rmSync(server.cwd, { recursive: true, force: true })
}
