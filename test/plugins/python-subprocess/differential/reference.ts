import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import type { Outcome } from '@anyhandler/core/testing'
import { idOf, linesOf, variablesOf } from '../case.ts'
import type { Case, Run } from '../case.ts'

const client = fileURLToPath(new URL('../../../../.cache/awslambdaric', import.meta.url))

/** Runs a case with AWS's own client, `awslambdaric`, as on `python3.13`. */
export async function runReference(one: Case): Promise<Run> {
  if (!existsSync(client)) throw new Error('awslambdaric is missing: run test/tools/fetch.sh')
  await using api = await RuntimeApiServer.start()
  const folder = mkdtempSync(join(tmpdir(), 'anyhandler-reference-'))
  // One file for both, so that the order of standard output and error can be seen.
  const logFile = join(folder, 'log')
  const log = openSync(logFile, 'a')
  const variables = variablesOf(one, api.address)
  const path = [client, variables['PYTHONPATH']].filter((folder) => folder !== undefined).join(':')
  const env = { ...variables, AWS_EXECUTION_ENV: 'AWS_Lambda_python3.13', PYTHONPATH: path }
  let stopped = false
  let child: ChildProcess | undefined
  /** A new process for one that has ended, as on Lambda. */
  const serve = async (): Promise<void> => {
    while (!stopped) {
      child = spawn('python3', ['-m', 'awslambdaric', one.handler], { cwd: one.root, env, stdio: ['ignore', log, log] })
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
  } finally {
    stopped = true
    child?.kill('SIGKILL')
    await serving
    closeSync(log)
  }
  const lines = linesOf(readFileSync(logFile, 'utf8'))
  rmSync(folder, { recursive: true })
  return { outcomes, log: lines }
}
