import { randomBytes } from 'node:crypto'
import { version } from '@anyhandler/core/host'
import { Functions } from './functions/functions.ts'
import { EventQueue } from './invoke-api/event-queue.ts'
import type { Handling } from './handling.ts'
import type { DevOptions } from './options.ts'
import { News } from './page-api/news.ts'
import { stateOf } from './page-api/state.ts'
import type { State } from './page-api/state.ts'
import { Store } from './records/store.ts'
import { Guard } from './server/guard.ts'
import { DevServer } from './server/server.ts'

/** The local platform, once it listens. */
export interface Dev {
  /** `127.0.0.1:3000`. */
  readonly address: string
  readonly store: Store
  state(): State
  /** Ends everything that was started. */
  close(): Promise<void>
}

/**
 * Starts the local platform: Lambda's Invoke API, a front door for HTTP, and the page, on one port. Functions start at
 * their first event.
 * @throws HostError when the configuration is wrong or the port is taken
 */
export async function startDev(options: DevOptions): Promise<Dev> {
  const { catalogue, as, host, timeoutMs, memory, maxInstances } = options
  const store = new Store()
  const startedAt = Date.now()
  const news = new News(() => state())
  let instances = 0
  const functions = await Functions.open({
    catalogue,
    maxInstances,
    changed: () => news.stateChanged(),
    notice: (sentence) => options.notice(sentence),
    reloaded(reload) {
      options.reloaded(reload)
      news.tell('reload', { ...reload, at: Date.now() })
    },
    instance: ({ name, handler }, report) => ({
      number: ++instances,
      command: options.command,
      root: catalogue.root,
      handler,
      variables: { ...options.variables(name), ANYHANDLER_LOADED: report.path },
      timeoutMs,
      ...(memory !== undefined && { memory }),
      onLine({ text, stream }, id) {
        const invocation = id === undefined ? undefined : store.get(id)
        store.log({ at: Date.now(), text, stream }, { ...(invocation && { invocation }), function: name })
      },
    }),
  })
  const token = randomBytes(24).toString('base64url')
  const queue = new EventQueue(options.retryDelays)
  const guard = new Guard({ host, token })
  const server = await DevServer.listen({
    host,
    port: options.port,
    handle: async (exchange) => (await handling()).handle(exchange),
    failed: (error) =>
      options.notice(`this is a fault of anyhandler: ${error instanceof Error ? error.stack : String(error)}`),
  }).catch(async (error: unknown) => {
    news.close()
    await functions.close()
    throw error
  })
  const { address } = server
  // The code for requests is loaded once the address is known, because the first request comes later.
  let loading: Promise<Handling> | undefined
  const handling = (): Promise<Handling> =>
    (loading ??= import('./handling.ts').then(
      (module) => new module.Handling({ options, address, functions, store, news, queue, guard, token, state }),
    ))
  setImmediate(() => void handling())
  store.subscribe(news)

  function state(): State {
    const limits = { timeoutMs, ...(memory !== undefined && { memory }), maxInstances }
    const { root, name } = catalogue
    return stateOf({ version, root, name, address, as, limits, startedAt }, functions)
  }

  return {
    address,
    store,
    state,
    async close() {
      queue.close()
      news.close()
      await Promise.all([functions.close(), server.close()])
    },
  }
}
