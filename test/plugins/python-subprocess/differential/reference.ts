import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import type { Outcome } from '@anyhandler/core/testing'
import { idOf, linesOf, variablesOf } from '../case.ts'
import type { Case, Run } from '../case.ts'
import { machinePython } from './pythons.ts'
import { readFrames } from './telemetry.ts'

/** What AWS's client gets for its end after a failed start. */
const endMs = 20_000

const bootstrap = fileURLToPath(new URL('bootstrap.py', import.meta.url))

/** Runs a case with AWS's own client, `awslambdaric`, as on `python3.13`. */
export async function runReference(one: Case): Promise<Run> {
  const { interpreter, client } = one.python ?? machinePython
  if (!existsSync(client)) throw new Error('awslambdaric is missing: run test/tools/fetch.sh')
  await using api = await RuntimeApiServer.start()
  const folder = mkdtempSync(join(tmpdir(), 'anyhandler-reference-'))
  // One pipe for both, as on Lambda, so that their order can be seen.
  const logFile = join(folder, 'log')
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const collector = spawn('sh', ['-c', 'exec cat <"$1" >"$2"', 'sh', pipe, logFile], { stdio: 'ignore' })
  const collected = once(collector, 'exit')
  const telemetryFile = join(folder, 'telemetry')
  const log = openSync(pipe, 'w')
  const telemetry = openSync(telemetryFile, 'a')
  const env = {
    AWS_EXECUTION_ENV: 'AWS_Lambda_python3.13',
    ...variablesOf(one, api.address),
    TEST_CLIENT_FOLDER: client,
    ...(one.telemetry && { _LAMBDA_TELEMETRY_LOG_FD: '3' }),
  }
  let stopped = false
  let child: ChildProcess | undefined
  /** A new process for one that has ended, as on Lambda. */
  const serve = async (): Promise<void> => {
    while (!stopped) {
      child = spawn(interpreter, [bootstrap], { cwd: one.root, env, stdio: ['ignore', log, log, telemetry] })
      const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
      if (api.initError) return
      api.runtimeExited(signal === null ? `exit status ${code}` : `signal: ${signal}`)
    }
  }
  const serving = serve()
  const outcomes: Outcome[] = []
  try {
    for (const [index, { text, options }] of one.events.entries())
      outcomes.push(await api.invoke(text, { id: idOf(index), ...options }))
    if (!api.initError) await api.idle()
    // What an error reporter says at the end of a failed start.
    else await Promise.race([serving, delay(endMs)])
  } finally {
    stopped = true
    child?.kill('SIGKILL')
    await serving
    closeSync(log)
    closeSync(telemetry)
    await collected
  }
  const lines = linesOf(readFileSync(logFile, 'utf8'))
  const frames = readFrames(readFileSync(telemetryFile))
  rmSync(folder, { recursive: true })
  return { outcomes, log: lines, frames }
}
