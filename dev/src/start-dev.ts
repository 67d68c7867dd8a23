import { randomBytes } from 'node:crypto'
import { version } from '@anyhandler/core/host'
import { Front } from './front/front.ts'
import { handleFront } from './front/handle.ts'
import { Functions } from './functions/functions.ts'
import { EventQueue } from './invoke-api/event-queue.ts'
import { operationOf } from './invoke-api/call.ts'
import { InvokeError, replyWithError } from './invoke-api/errors.ts'
import { InvokeApi } from './invoke-api/invoke-api.ts'
import type { DevOptions } from './options.ts'
import { News } from './page-api/news.ts'
import { PageApi, pagePath } from './page-api/page-api.ts'
import { Sending } from './page-api/sending.ts'
import { stateOf } from './page-api/state.ts'
import type { State } from './page-api/state.ts'
import { Store } from './records/store.ts'
import type { Exchange } from './server/exchange.ts'
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
 * Starts the local platform: Lambda's Invoke API, a front door for HTTP, and the page, on one port. Functions start at their first event.
 * @throws HostError when the configuration is wrong or the port is taken
 */
export async function startDev(options: DevOptions): Promise<Dev> {
  const { catalogue, region, as, host, timeoutMs, memory, memorySize, maxInstances, hasPage } = options
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
  const page = hasPage ? pagePath : undefined
  const front = new Front({ functions, store, region, pageOf: (id) => page && `${page}#${id}` })
  const invokeApi = new InvokeApi({ functions, store, queue, region, memorySize })
  const server = await DevServer.listen({
    host,
    port: options.port,
    handle,
    failed: (error) =>
      options.notice(`this is a fault of anyhandler: ${error instanceof Error ? error.stack : String(error)}`),
  }).catch(async (error: unknown) => {
    news.close()
    await functions.close()
    throw error
  })
  const { address } = server
  const sending = new Sending({ functions, front, invokeApi, queue, region, kind: as, host: address })
  const pageApi = new PageApi({
    store,
    news,
    sending,
    guard,
    token,
    samples: options.samples,
    saveCase: options.saveCase,
    state,
  })
  store.subscribe(news)

  function state(): State {
    const limits = { timeoutMs, ...(memory !== undefined && { memory }), maxInstances }
    const { root, name } = catalogue
    return stateOf({ version, root, name, address, as, limits, startedAt }, functions)
  }

  async function handle(exchange: Exchange): Promise<void> {
    const { request, path } = exchange
    if (!guard.isKnownHost(request))
      return exchange.text(
        403,
        `the host ${JSON.stringify(request.headers.host ?? '')} is none of this server's own; ask for http://${address}`,
      )
    if (path === pagePath.slice(0, -1) || path.startsWith(pagePath))
      return hasPage ? pageApi.handle(exchange) : exchange.text(404, 'there is no page on an address that others reach')
    const operation = operationOf(path)
    if (!operation) return handleFront(exchange, functions, front, as, page)
    if (guard.isForeign(request))
      return replyWithError(
        exchange,
        '',
        new InvokeError('AccessDeniedException', 'the Invoke API takes no request of another web site'),
      )
    return invokeApi.handle(exchange, operation)
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
