import { Host, readEnv } from '@anyhandler/core/host'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import type { EventInput, InvokeOptions, Outcome } from '@anyhandler/core/testing'
import bash from '@anyhandler/bash'
import type { BashOptions } from '@anyhandler/bash'

export interface ServeOptions {
  /** Task root. */
  readonly root: string
  readonly handler: string
  readonly options?: BashOptions
  readonly environment?: Readonly<Record<string, string>>
  readonly concurrency?: number
  /** Sees each record of the log as it comes. */
  readonly onRecord?: (record: string) => void
}

export interface Served {
  readonly api: RuntimeApiServer
  invoke(event: EventInput, options?: InvokeOptions): Promise<Outcome>
  /** The log, record by record, as it grows. */
  readonly records: readonly string[]
}

/** Runs the host with the bash plugin in this process while `work` goes on. */
export async function serve<Result>(given: ServeOptions, work: (served: Served) => Promise<Result>): Promise<Result> {
  const { root, handler, options = {}, environment, concurrency = 1, onRecord } = given
  await using api = await RuntimeApiServer.start({ concurrency })
  const records: string[] = []
  const host = new Host({
    env: readEnv({
      PATH: process.env['PATH'] ?? '',
      LANG: 'C.UTF-8',
      ...environment,
      AWS_LAMBDA_RUNTIME_API: api.address,
      LAMBDA_TASK_ROOT: root,
      _HANDLER: handler,
      ...(concurrency > 1 && { AWS_LAMBDA_MAX_CONCURRENCY: String(concurrency) }),
    }),
    builtIns: {
      bash: {
        extensions: ['.sh', '.bash'],
        executables: true,
        package: '@anyhandler/bash',
        load: async () => ({ default: () => bash(options) }),
      },
    },
    logTo: (record) => {
      records.push(record)
      onRecord?.(record)
    },
  })
  const end = host.run()
  try {
    return await work({ api, records, invoke: (event, how) => api.invoke(event, how) })
  } finally {
    await host.close()
    await end
  }
}
