import { onTestFinished } from 'vitest'
import bash from '@anyhandler/bash'
import { Host, readEnv } from '@anyhandler/core/host'
import type { HostOptions } from '@anyhandler/core/host'
import { RuntimeApiServer } from '@anyhandler/core/runtime-api'
import type { Outcome } from '@anyhandler/core/runtime-api'
import python from '@anyhandler/python-subprocess'
import sql from '@anyhandler/sql'

const builtIns: HostOptions['builtIns'] = {
  bash: { extensions: ['.sh'], package: '@anyhandler/bash', load: async () => ({ default: bash }) },
  sql: { extensions: ['.sql'], package: '@anyhandler/sql', load: async () => ({ default: sql }) },
  python: {
    extensions: ['.py'],
    package: '@anyhandler/python-subprocess',
    load: async () => ({ default: python }),
  },
}

export interface ServedFiles {
  invoke(event: Uint8Array | string): Promise<Outcome>
  /** The function's log, record by record. */
  readonly records: readonly string[]
}

/** The host in this process, on the files of a folder; ended with the test. */
export async function serveFiles(
  root: string,
  handler: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ServedFiles> {
  const api = await RuntimeApiServer.start()
  const records: string[] = []
  const host = new Host({
    env: readEnv({
      PATH: process.env['PATH'],
      ...env,
      AWS_LAMBDA_RUNTIME_API: api.address,
      _HANDLER: handler,
      LAMBDA_TASK_ROOT: root,
    }),
    builtIns,
    logTo: (record) => records.push(record),
  })
  const end = host.run()
  onTestFinished(async () => {
    await host.close()
    await end
    await api.close()
  })
  return { invoke: (event) => api.invoke(event), records }
}
