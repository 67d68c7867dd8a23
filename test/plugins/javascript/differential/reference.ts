import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import type { Outcome } from '@anyhandler/core/testing'
import { readFrames } from '../../python-subprocess/differential/telemetry.ts'
import { idOf, linesOf, variablesOf } from '../case.ts'
import type { Case, Run } from '../case.ts'

const native = fileURLToPath(new URL('native-client.cjs', import.meta.url))
export const client = fileURLToPath(new URL('../../../../.cache/aws-lambda-ric/package/index.mjs', import.meta.url))

/** Runs a case with AWS's own client, as on `nodejs24.x`. */
export async function runReference(one: Case): Promise<Run> {
  if (!existsSync(client)) throw new Error('aws-lambda-ric is missing: run test/tools/fetch-node-client.sh')
  await using api = await RuntimeApiServer.start()
  const folder = mkdtempSync(join(tmpdir(), 'anyhandler-reference-'))
  const [logFile, telemetryFile] = [join(folder, 'log'), join(folder, 'telemetry')]
  const log = openSync(logFile, 'a')
  const telemetry = openSync(telemetryFile, 'a')
  const env = {
    ...variablesOf(one, api.address),
    NODE_PATH: one.root,
    ...(one.telemetry && { _LAMBDA_TELEMETRY_LOG_FD: '3' }),
  }
  const flags = ['--expose-gc', '--max-http-header-size=81920', '--require', native]
  let stopped = false
  let child: ChildProcess | undefined
  /** A new process for one that has ended, as on Lambda. */
  const serve = async (): Promise<void> => {
    while (!stopped) {
      child = spawn(process.execPath, [...flags, client], {
        cwd: one.root,
        env,
        stdio: ['ignore', log, log, telemetry],
      })
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
    else await serving
  } finally {
    stopped = true
    child?.kill('SIGKILL')
    await serving
    closeSync(log)
    closeSync(telemetry)
  }
  const lines = linesOf(readFileSync(logFile, 'utf8'))
  const frames = readFrames(readFileSync(telemetryFile))
  rmSync(folder, { recursive: true })
  return { outcomes, log: lines, frames }
}
