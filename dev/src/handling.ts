import { Front } from './front/front.ts'
import { handleFront } from './front/handle.ts'
import type { Functions } from './functions/functions.ts'
import { operationOf } from './invoke-api/call.ts'
import { InvokeError, replyWithError } from './invoke-api/errors.ts'
import type { EventQueue } from './invoke-api/event-queue.ts'
import { InvokeApi } from './invoke-api/invoke-api.ts'
import type { DevOptions } from './options.ts'
import type { News } from './page-api/news.ts'
import { PageApi, pagePath } from './page-api/page-api.ts'
import { Sending } from './page-api/sending.ts'
import type { State } from './page-api/state.ts'
import type { Store } from './records/store.ts'
import type { Exchange } from './server/exchange.ts'
import type { Guard } from './server/guard.ts'

export interface HandlingOptions {
  readonly options: DevOptions
  /** `127.0.0.1:3000`. */
  readonly address: string
  readonly functions: Functions
  readonly store: Store
  readonly news: News
  readonly queue: EventQueue
  readonly guard: Guard
  readonly token: string
  state(): State
}

/** Which part answers a request: the page, the Invoke API, or a front door. */
export class Handling {
  readonly #given: HandlingOptions
  readonly #front: Front
  readonly #invokeApi: InvokeApi
  readonly #pageApi: PageApi
  readonly #page: string | undefined

  constructor(given: HandlingOptions) {
    const { options, address, functions, store, queue } = given
    const { region, memorySize, as, hasPage, samples, saveCase } = options
    const page = hasPage ? pagePath : undefined
    this.#given = given
    this.#page = page
    this.#front = new Front({ functions, store, region, pageOf: (id) => page && `${page}#${id}` })
    this.#invokeApi = new InvokeApi({ functions, store, queue, region, memorySize })
    const doors = { functions, front: this.#front, invokeApi: this.#invokeApi }
    const sending = new Sending({ ...doors, queue, region, kind: as, host: address })
    this.#pageApi = new PageApi({ ...given, sending, samples, saveCase })
  }

  async handle(exchange: Exchange): Promise<void> {
    const { request, path } = exchange
    const { guard, address, functions, options } = this.#given
    if (!guard.isKnownHost(request))
      return exchange.text(
        403,
        `the host ${JSON.stringify(request.headers.host ?? '')} is not an address of this server; use http://${address}`,
      )
    if (path === pagePath.slice(0, -1) || path.startsWith(pagePath))
      return this.#page === undefined
        ? exchange.text(404, 'there is no page on an address that other machines can reach')
        : this.#pageApi.handle(exchange)
    const operation = operationOf(path)
    if (!operation) return handleFront(exchange, functions, this.#front, options.as, this.#page)
    if (guard.isForeign(request))
      return replyWithError(
        exchange,
        '',
        new InvokeError('AccessDeniedException', 'the Invoke API refuses requests that come from another web site'),
      )
    return this.#invokeApi.handle(exchange, operation)
  }
}
