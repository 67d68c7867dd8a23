import { setTimeout as sleep } from 'node:timers/promises'
import { startDev } from '@anyhandler/dev'
import type { Dev, DevOptions, InvocationRecord } from '@anyhandler/dev'
import { handlersFound } from '../../cli/src/artifacts/project-handlers.ts'
import { projectOf } from '../../cli/src/artifacts/project.ts'
import { builtIns } from '../../cli/src/built-ins.ts'
import { bin } from './command.ts'

/** The local platform in this process; its hosts are the built command. */
export interface TestDev extends Dev {
  readonly url: string
  /** Sentences that it said. */
  readonly notices: readonly string[]
  readonly reloads: readonly { readonly functions: readonly string[]; readonly files: readonly string[] }[]
  /** Everything about the invocation that came last, once it has ended. */
  last(): Promise<InvocationRecord>
  /** Invokes by the Invoke API. */
  invoke(name: string, event?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>
}

export async function openDev(
  root: string,
  {
    env,
    ...options
  }: Partial<Omit<DevOptions, 'catalogue'>> & { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<TestDev> {
  const notices: string[] = []
  const reloads: TestDev['reloads'][number][] = []
  const dev = await startDev({
    catalogue: { root, name: 'whole', builtIns, handlersFound: (config) => handlersFound(projectOf(root, config)) },
    command: [process.execPath, bin, 'run', '--local'],
    variables: () => ({ PATH: process.env['PATH'] ?? '', AWS_REGION: 'eu-central-1', ...env }),
    region: 'eu-central-1',
    host: '127.0.0.1',
    port: 0,
    hasPage: true,
    as: 'url',
    timeoutMs: 30_000,
    memorySize: 128,
    maxInstances: 2,
    samples: { names: () => ['small'], read: () => '{"a":1}' },
    saveCase: () => Promise.reject(new Error('no cases here')),
    retryDelays: [10, 20],
    notice: (sentence) => notices.push(sentence),
    reloaded: (reload) => reloads.push(reload),
    ...options,
  })
  const url = `http://${dev.address}`
  return {
    ...dev,
    url,
    notices,
    reloads,
    async last() {
      for (;;) {
        const record = dev.store.list(1)[0]?.record()
        if (record?.status === 'done') return record
        await sleep(5)
      }
    },
    invoke: (name, event = {}, headers = {}) =>
      fetch(`${url}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, {
        method: 'POST',
        body: typeof event === 'string' ? event : JSON.stringify(event),
        headers,
      }),
  }
}

/** Waits until something holds. @throws Error after the time */
export async function eventually(what: () => unknown, ms = 20_000): Promise<void> {
  const until = Date.now() + ms
  for (;;) {
    if (await what()) return
    if (Date.now() > until) throw new Error(`it did not come true within ${ms} ms: ${what.toString()}`)
    await sleep(5)
  }
}
