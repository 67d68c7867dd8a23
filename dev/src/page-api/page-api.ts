import type { Exchange } from '../server/exchange.ts'
import type { Guard } from '../server/guard.ts'
import type { InvocationRecord } from '../records/record.ts'
import type { Store } from '../records/store.ts'
import type { News } from './news.ts'
import { decoded } from '../server/decoded.ts'
import { safeHeaders } from './safe-headers.ts'
import { PageError } from './sending.ts'
import type { Sending } from './sending.ts'
import { serveFile } from './static-files.ts'
import type { State } from './state.ts'

/** The sample events that come with the command. */
export interface Samples {
  names(): readonly string[]
  /** JSON text. */
  read(name: string): string
}

/** A test case that was made of an invocation. */
interface SavedCase {
  /** As the page shows it. */
  readonly file: string
  readonly name: string
}

export type SaveCase = (record: InvocationRecord, name: string | undefined) => Promise<SavedCase>

export interface PageApiOptions {
  readonly store: Store
  readonly news: News
  readonly sending: Sending
  readonly guard: Guard
  readonly token: string
  readonly samples: Samples
  /** Writes a case into the case file of the handler; the page shows its errors. */
  readonly saveCase: SaveCase
  state(): State
}

export const pagePath = '/_anyhandler/'
const api = `${pagePath}api/`
/** A form's event, in JSON: 6 MB and what JSON adds. */
const mostBytes = 16 * 1024 * 1024
const usualLimit = 100

/** The page's API. Every changing request needs the page's own origin and the token of this start. */
export class PageApi {
  readonly #options: PageApiOptions

  constructor(options: PageApiOptions) {
    this.#options = options
  }

  async handle(exchange: Exchange): Promise<void> {
    const { method, path, request } = exchange
    const { guard, token } = this.#options
    const isRead = method === 'GET' || method === 'HEAD'
    if (isRead ? guard.isForeign(request) && path.startsWith(api) : !guard.isOwnPage(request))
      return refuse(exchange, 403, 'only the page of this server may request this')
    if (path === pagePath.slice(0, -1)) return exchange.reply(308, [['location', pagePath], ...safeHeaders])
    // A handler's own page has the same origin: it must not read the token out of this one.
    const wanted = exchange.header('sec-fetch-dest') ?? 'document'
    const isPage = path === pagePath || path.endsWith('.html')
    if (isPage && wanted !== 'document') return refuse(exchange, 403, 'a browser may only open the page, not fetch it')
    if (!path.startsWith(api)) return serveFile(exchange, path.slice(pagePath.length) || 'index.html', token)
    const [what = '', name, ...rest] = path.slice(api.length).split('/')
    if (rest.length > 0) return refuse(exchange, 404, `there is no ${path}`)
    try {
      await this.#answer(
        exchange,
        `${isRead ? 'GET' : method} ${what}${name === undefined ? '' : '/NAME'}`,
        decoded(name ?? ''),
      )
    } catch (error) {
      if (!(error instanceof PageError)) throw error
      refuse(exchange, 400, error.message)
    }
  }

  async #answer(exchange: Exchange, asked: string, name: string): Promise<void> {
    const { store, news, sending, samples, state } = this.#options
    const { query } = exchange
    switch (asked) {
      case 'GET state':
        return exchange.json(200, state(), safeHeaders)
      case 'GET events':
        return news.connect(exchange)
      case 'GET invocations': {
        const limit = Number(query.get('limit') ?? usualLimit) || usualLimit
        const before = Number(query.get('before') ?? Infinity) || Infinity
        return exchange.json(200, { invocations: store.list(limit, before).map((one) => one.summary()) }, safeHeaders)
      }
      case 'GET invocations/NAME': {
        const invocation = store.get(name)
        if (!invocation) return refuse(exchange, 404, `the invocation ${name} is no longer stored`)
        return exchange.json(200, invocation.record(), safeHeaders)
      }
      case 'DELETE invocations':
        store.clear()
        return exchange.reply(204, safeHeaders)
      case 'GET samples':
        return exchange.json(200, { samples: samples.names().map((sample) => ({ name: sample })) }, safeHeaders)
      case 'GET samples/NAME':
        if (!samples.names().includes(name)) return refuse(exchange, 404, `there is no sample event ${name}`)
        return exchange.reply(200, [['content-type', 'application/json'], ...safeHeaders], samples.read(name))
      case 'POST invoke':
        return exchange.json(202, { id: (await sending.invoke(await fieldsOf(exchange))).id }, safeHeaders)
      case 'POST http':
        return exchange.json(202, { id: (await sending.http(await fieldsOf(exchange))).id }, safeHeaders)
      case 'POST cases':
        return this.#saveCase(exchange)
      default:
        return refuse(exchange, 404, `there is no ${exchange.method} ${exchange.path}`)
    }
  }

  async #saveCase(exchange: Exchange): Promise<void> {
    const { id, name } = await fieldsOf(exchange)
    const invocation = this.#options.store.get(String(id))
    if (!invocation) return refuse(exchange, 404, `the invocation ${String(id)} is no longer stored`)
    if (!invocation.isDone) throw new PageError('the invocation has not ended yet')
    try {
      const wanted = typeof name === 'string' && name.trim() !== '' ? name.trim() : undefined
      exchange.json(201, await this.#options.saveCase(invocation.record(), wanted), safeHeaders)
    } catch (error) {
      throw new PageError((error as Error).message)
    }
  }
}

function refuse(exchange: Exchange, status: number, message: string): void {
  exchange.json(status, { message }, safeHeaders)
}

async function fieldsOf(exchange: Exchange): Promise<Readonly<Record<string, unknown>>> {
  const body = await exchange.body(mostBytes)
  if (!body) throw new PageError(`a request has at most ${mostBytes} bytes`)
  try {
    const fields: unknown = JSON.parse(body.toString())
    if (typeof fields === 'object' && fields !== null && !Array.isArray(fields))
      return fields as Readonly<Record<string, unknown>>
  } catch {
    // Said below.
  }
  throw new PageError('the body must be a JSON object')
}
