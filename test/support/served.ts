import { onTestFinished } from 'vitest'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import type { RuntimeApiOptions } from '@anyhandler/core/testing'
import type { Invocation, Plugin, PluginEnv } from '@anyhandler/core'
import { Host, readEnv } from '@anyhandler/core/host'
import type { HostEnd } from '@anyhandler/core/host'
import { taskFolder } from './task-folder.ts'

/** Both implementations of the wire, for `it.each`. */
export const wires = ['socket', 'undici'] as const

export interface ServeOptions {
  readonly api?: RuntimeApiOptions
  readonly wire?: (typeof wires)[number]
  /** Over the environment that the host needs. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The configuration, in JSON. */
  readonly config?: string
  /** Replaces parts of the plugin whose `invoke` is given. */
  readonly plugin?: Partial<Plugin>
}

export interface Served {
  readonly api: RuntimeApiServer
  readonly host: Host
  /** What the host wrote to its log. */
  readonly records: readonly string[]
  readonly end: Promise<HostEnd>
  /** Given to the plugin's `setup`. */
  env(): PluginEnv
}

/** A host in this process, whose only language is a plugin made of the given function; ended with the test. */
export async function serve(invoke: (invocation: Invocation) => unknown, options: ServeOptions = {}): Promise<Served> {
  const api = await RuntimeApiServer.start(options.api)
  onTestFinished(() => api.close())
  return { api, ...(await serveFrom(api.address, invoke, options)) }
}

/** The same on another Runtime API. */
export async function serveFrom(
  address: string,
  invoke: (invocation: Invocation) => unknown,
  options: ServeOptions = {},
): Promise<Omit<Served, 'api'>> {
  const taskRoot = taskFolder({
    'hello.test': '',
    ...(options.config !== undefined && { 'anyhandler.config.json': options.config }),
    ...(options.wire === 'undici' && { 'anyhandler.config.json': '{"transport":"undici"}' }),
  })
  const records: string[] = []
  let env: PluginEnv | undefined
  const plugin: Plugin = {
    name: 'test',
    extensions: ['.test'],
    invoke,
    cleanup() {},
    ...options.plugin,
    async setup(given) {
      env = given
      await options.plugin?.setup?.(given)
    },
  }
  const host = new Host({
    env: readEnv({
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: address,
      _HANDLER: 'hello',
      LAMBDA_TASK_ROOT: taskRoot,
      ...options.env,
    }),
    builtIns: { test: { extensions: ['.test'], package: 'test', load: async () => ({ default: () => plugin }) } },
    logTo: (record) => records.push(record),
  })
  const end = host.run()
  onTestFinished(async () => {
    await host.close()
    await end
  })
  return {
    host,
    records,
    end,
    env() {
      if (!env) throw new Error('the plugin was not set up')
      return env
    },
  }
}

/** Waits until it is true; what the test looks for comes or the test times out. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}
