import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Host, readEnv } from '@anyhandler/core/host'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import type { Outcome } from '@anyhandler/core/testing'
import javascript from '@anyhandler/javascript'
import type { JavaScriptOptions } from '@anyhandler/javascript'
import { builtIns } from '../../../cli/src/built-ins.ts'
import { readFrames } from '../python-subprocess/differential/telemetry.ts'
import { idOf, linesOf, variablesOf } from './case.ts'
import type { Case, Run } from './case.ts'

export interface Served {
  readonly api: RuntimeApiServer
  /** The log, record by record. */
  readonly records: readonly string[]
  invoke(event: unknown, options?: Parameters<RuntimeApiServer['invoke']>[1]): Promise<Outcome>
}

export interface ServeOptions {
  readonly plugin?: JavaScriptOptions
  readonly concurrency?: number
  readonly telemetry?: number | undefined
}

/** Has a host serve a handler while `work` goes on. */
export async function serve<Result>(
  one: Pick<Case, 'root' | 'handler' | 'variables'>,
  work: (served: Served) => Promise<Result>,
  { plugin = {}, concurrency = 1, telemetry }: ServeOptions = {},
): Promise<Result> {
  await using api = await RuntimeApiServer.start({ concurrency })
  const records: string[] = []
  const variables = {
    ...variablesOf(one, api.address),
    ...(concurrency > 1 && { AWS_LAMBDA_MAX_CONCURRENCY: String(concurrency) }),
    ...(telemetry !== undefined && { _LAMBDA_TELEMETRY_LOG_FD: String(telemetry) }),
  }
  const load = async () => ({ default: () => javascript(plugin) })
  const host = new Host({
    env: readEnv(variables),
    builtIns: { javascript: { ...builtIns['javascript']!, load } },
    logTo: telemetry === undefined ? (record: string) => void records.push(record) : 1,
  })
  const ended = host.run()
  try {
    return await work({ api, records, invoke: (event, options) => api.invoke(JSON.stringify(event), options) })
  } finally {
    // After a failed start it ends by itself.
    if (!api.initError) await host.close()
    await ended
  }
}

/** Runs a whole case with the host and the plugin. */
export async function runOurs(one: Case): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'anyhandler-ours-'))
  const file = join(folder, 'telemetry')
  const telemetry = one.telemetry ? openSync(file, 'a') : undefined
  const logged: string[] = []
  const work = async ({ api, records }: Served): Promise<readonly Outcome[]> => {
    const outcomes: Outcome[] = []
    for (const [index, { text, options }] of one.events.entries())
      outcomes.push(await api.invoke(text, { id: idOf(index), ...options }))
    if (!api.initError) await api.idle()
    logged.push(...records)
    return outcomes
  }
  try {
    const outcomes = await serve(one, work, { telemetry })
    const frames = telemetry === undefined ? [] : readFrames(readFileSync(file))
    return { outcomes, log: linesOf(logged.join('')), frames }
  } finally {
    if (telemetry !== undefined) closeSync(telemetry)
    rmSync(folder, { recursive: true })
  }
}
