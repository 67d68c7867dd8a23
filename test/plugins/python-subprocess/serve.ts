import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Host, readEnv } from '@anyhandler/core/host'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import type { Outcome } from '@anyhandler/core/testing'
import python from '@anyhandler/python-subprocess'
import type { PythonOptions } from '@anyhandler/python-subprocess'
import { idOf, linesOf, variablesOf } from './case.ts'
import type { Case, Run } from './case.ts'
import { readFrames } from './differential/telemetry.ts'

export interface Served {
  readonly api: RuntimeApiServer
  /** The log, record by record. */
  readonly records: readonly string[]
  /** The request's outcome. */
  invoke(event: unknown, options?: Parameters<RuntimeApiServer['invoke']>[1]): Promise<Outcome>
}

export interface ServeOptions {
  readonly plugin?: PythonOptions
  readonly concurrency?: number
  readonly snapStart?: boolean
  /** A descriptor that gets the log in frames. */
  readonly telemetry?: number
}

/** Has a host serve a handler while `work` goes on. */
export async function serve<Result>(
  one: Pick<Case, 'root' | 'handler' | 'variables'>,
  work: (served: Served) => Promise<Result>,
  { plugin = {}, concurrency = 1, snapStart = false, telemetry }: ServeOptions = {},
): Promise<Result> {
  await using api = await RuntimeApiServer.start({ concurrency, snapStart })
  const records: string[] = []
  const builtIns = {
    python: {
      extensions: ['.py'],
      dottedModules: true,
      folderModule: '__init__',
      ownSearchPath: true,
      package: '@anyhandler/python-subprocess',
      load: async () => ({ default: () => python(plugin) }),
    },
  }
  const variables = {
    ...variablesOf(one, api.address),
    ...(concurrency > 1 && { AWS_LAMBDA_MAX_CONCURRENCY: String(concurrency) }),
    ...(telemetry !== undefined && { _LAMBDA_TELEMETRY_LOG_FD: String(telemetry) }),
    ...(snapStart && { AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start' }),
  }
  const logTo = telemetry === undefined ? (record: string) => void records.push(record) : 1
  const host = new Host({ env: readEnv(variables), builtIns, logTo })
  const ended = host.run()
  try {
    return await work({ api, records, invoke: (event, options) => api.invoke(JSON.stringify(event), options) })
  } finally {
    // After a failed start it ends by itself.
    if (!api.initError) await host.close()
    await ended
  }
}

/** Runs a whole case with the host and the Python plugin. */
export async function runOurs(one: Case, options: ServeOptions = {}): Promise<Run> {
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
  const plugin = { ...(one.python && { interpreter: one.python.interpreter }), ...options.plugin }
  try {
    const outcomes = await serve(one, work, { ...options, plugin, ...(telemetry !== undefined && { telemetry }) })
    const frames = telemetry === undefined ? [] : readFrames(readFileSync(file))
    return { outcomes, log: linesOf(logged.join('')), frames }
  } finally {
    if (telemetry !== undefined) closeSync(telemetry)
    rmSync(folder, { recursive: true })
  }
}
