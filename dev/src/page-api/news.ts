import type { ServerResponse } from 'node:http'
import type { Exchange } from '../server/exchange.ts'
import type { Invocation } from '../records/invocation.ts'
import type { LogLine } from '../records/record.ts'
import type { Listener } from '../records/store.ts'
import { safeHeaders } from './safe-headers.ts'

/** Changes are told together, so often. */
const gatherMs = 30
/** Proxies and sleeping laptops: a connection that says nothing for long is taken for dead. */
const aliveMs = 15_000
/**
 * Limit of unread bytes for a page. A slower page is disconnected; it connects again and requests the present state.
 */
const mostBehind = 4 * 1024 * 1024

/** Server-sent events: what happens, for every page that is open. */
export class News implements Listener {
  readonly #pages = new Set<ServerResponse>()
  readonly #state: () => unknown
  readonly #changed = new Set<Invocation>()
  readonly #lines = new Map<string, { readonly id?: string; readonly function: string; readonly lines: LogLine[] }>()
  readonly #alive: NodeJS.Timeout
  #isStateDue = false
  #timer: NodeJS.Timeout | undefined

  constructor(state: () => unknown) {
    this.#state = state
    this.#alive = setInterval(() => this.#write(': \n\n'), aliveMs)
  }

  connect({ response }: Exchange): void {
    const headers = [['content-type', 'text/event-stream'], ['cache-control', 'no-store'], ...safeHeaders]
    response.writeHead(200, headers.flat() as string[])
    this.#pages.add(response)
    response.on('close', () => this.#pages.delete(response))
    response.write(message('state', this.#state()))
  }

  stateChanged(): void {
    this.#isStateDue = true
    this.#soon()
  }

  changed(invocation: Invocation): void {
    this.#changed.add(invocation)
    this.#soon()
  }

  logged(line: LogLine, of: { readonly invocation?: Invocation; readonly function: string }): void {
    const key = of.invocation?.id ?? `of ${of.function}`
    const known = this.#lines.get(key)
    if (known) known.lines.push(line)
    else
      this.#lines.set(key, {
        ...(of.invocation && { id: of.invocation.id }),
        function: of.function,
        lines: [line],
      })
    this.#soon()
  }

  gone(ids: readonly string[]): void {
    this.tell('gone', { ids })
  }

  tell(event: string, data: unknown): void {
    if (this.#pages.size > 0) this.#write(message(event, data))
  }

  close(): void {
    clearTimeout(this.#timer)
    clearInterval(this.#alive)
    for (const page of this.#pages) page.end()
  }

  #soon(): void {
    if (this.#pages.size > 0) this.#timer ??= setTimeout(() => this.#flush(), gatherMs)
    else this.#forget()
  }

  #flush(): void {
    this.#timer = undefined
    if (this.#isStateDue) this.tell('state', this.#state())
    for (const invocation of this.#changed) this.tell('invocation', invocation.summary())
    for (const lines of this.#lines.values()) this.tell('log', lines)
    this.#forget()
  }

  #forget(): void {
    this.#isStateDue = false
    this.#changed.clear()
    this.#lines.clear()
  }

  #write(text: string): void {
    for (const page of this.#pages) {
      if (page.writableLength > mostBehind) page.destroy()
      else page.write(text)
    }
  }
}

function message(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}
