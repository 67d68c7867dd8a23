import { Host, readEnv } from '@anyhandler/core/host'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import type { Outcome } from '@anyhandler/core/testing'
import { linesOf } from './reference.ts'
import { idOf, variablesOf } from './run.ts'
import type { Case, Run } from './run.ts'

const builtIns = {
  python: {
    extensions: ['.py'],
    package: '@anyhandler/python-subprocess',
    dottedModules: true,
    folderModule: '__init__',
    load: () => import('../../../../plugins/python-subprocess/src/index.ts'),
  },
} as const

/** Runs a case with the host and the Python plugin. */
export async function runOurs(one: Case): Promise<Run> {
  await using api = await RuntimeApiServer.start()
  const records: string[] = []
  const host = new Host({ env: readEnv(variablesOf(one, api.address)), builtIns, logTo: (record) => records.push(record) })
  const ended = host.run()
  const outcomes: Outcome[] = []
  try {
    for (const [index, { text, options }] of one.events.entries()) outcomes.push(await api.invoke(text, { id: idOf(index), ...options }))
  } finally {
    await host.close()
    await ended
  }
  return { outcomes, log: linesOf(records.join('')) }
}
