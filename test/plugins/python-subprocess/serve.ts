import { Host, readEnv } from '@anyhandler/core/host'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import type { Outcome } from '@anyhandler/core/testing'
import python from '@anyhandler/python-subprocess'
import type { PythonOptions } from '@anyhandler/python-subprocess'
import { idOf, linesOf, variablesOf } from './case.ts'
import type { Case, Run } from './case.ts'

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
}

/** Has a host serve a handler while `work` goes on. */
export async function serve<Result>(
  one: Pick<Case, 'root' | 'handler' | 'variables'>,
  work: (served: Served) => Promise<Result>,
  { plugin = {}, concurrency = 1, snapStart = false }: ServeOptions = {},
): Promise<Result> {
  await using api = await RuntimeApiServer.start({ concurrency, snapStart })
  const records: string[] = []
  const builtIns = {
    python: {
      extensions: ['.py'],
      dottedModules: true,
      folderModule: '__init__',
      package: '@anyhandler/python-subprocess',
      load: async () => ({ default: () => python(plugin) }),
    },
  }
  const variables = {
    ...variablesOf(one, api.address),
    ...(concurrency > 1 && { AWS_LAMBDA_MAX_CONCURRENCY: String(concurrency) }),
    ...(snapStart && { AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start' }),
  }
  const host = new Host({ env: readEnv(variables), builtIns, logTo: (record) => records.push(record) })
  const ended = host.run()
  try {
    return await work({ api, records, invoke: (event, options) => api.invoke(JSON.stringify(event), options) })
  } finally {
    await host.close()
    await ended
  }
}

/** Runs a whole case with the host and the Python plugin. */
export async function runOurs(one: Case, options?: ServeOptions): Promise<Run> {
  const work = async ({ api, records }: Served): Promise<Run> => {
    const outcomes: Outcome[] = []
    for (const [index, { text, options }] of one.events.entries())
      outcomes.push(await api.invoke(text, { id: idOf(index), ...options }))
    if (!api.initError) await api.idle()
    return { outcomes, log: linesOf(records.join('')) }
  }
  return serve(one, work, options)
}
