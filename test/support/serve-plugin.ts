import { Host, readEnv } from '@anyhandler/core/host'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import type { EventInput, Outcome } from '@anyhandler/core/testing'
import type { PluginFactory } from '@anyhandler/core'
import type { LanguageTraits } from '@anyhandler/core/host'

export interface OneEvent {
  readonly taskRoot: string
  readonly handler: string
  readonly event: EventInput
  /** For the factory. */
  readonly options?: unknown
  readonly traits?: LanguageTraits
}

/** Runs the host with one plugin in this process for one event. */
export async function serveOne(factory: PluginFactory, given: OneEvent): Promise<Outcome> {
  const { taskRoot, handler, event, options = {}, traits = {} } = given
  const { name, extensions } = await factory(options)
  await using api = await RuntimeApiServer.start()
  const host = new Host({
    env: readEnv({
      PATH: process.env['PATH'] ?? '',
      AWS_LAMBDA_RUNTIME_API: api.address,
      LAMBDA_TASK_ROOT: taskRoot,
      _HANDLER: handler,
    }),
    builtIns: {
      [name]: { extensions, ...traits, package: name, load: async () => ({ default: () => factory(options) }) },
    },
    logTo: () => {},
  })
  const end = host.run()
  try {
    return await api.invoke(event)
  } finally {
    await host.close()
    await end
  }
}
