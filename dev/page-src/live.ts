import { useEffect, useReducer } from 'preact/hooks'
import type { LogLine, Summary } from '../src/records/record.ts'
import type { State } from '../src/page-api/state.ts'
import { invocations } from './api.ts'

/** The server's state, as far as the page has received it. */
export interface Live {
  readonly isConnected: boolean
  readonly state?: State
  /** Newest first. */
  readonly list: readonly Summary[]
  /** The latest log lines, so that an open invocation shows them at once. */
  readonly lines?: { readonly id?: string; readonly function: string; readonly lines: readonly LogLine[] }
  readonly reload?: { readonly functions: readonly string[]; readonly files: readonly string[]; readonly at: number }
}

type News =
  | { readonly kind: 'connected' | 'lost' }
  | { readonly kind: 'state'; readonly state: State }
  | { readonly kind: 'invocations'; readonly list: readonly Summary[] }
  | { readonly kind: 'log'; readonly lines: NonNullable<Live['lines']> }
  | { readonly kind: 'reload'; readonly reload: NonNullable<Live['reload']> }
  | { readonly kind: 'gone'; readonly ids: readonly string[] }

/** The largest number of rows in the list. */
const mostRows = 500

function change(live: Live, news: News): Live {
  switch (news.kind) {
    case 'connected':
      return { ...live, isConnected: true }
    case 'lost':
      return { ...live, isConnected: false }
    case 'state':
      return { ...live, state: news.state }
    case 'invocations':
      return { ...live, list: merged(live.list, news.list) }
    case 'log':
      return { ...live, lines: news.lines }
    case 'reload':
      return { ...live, reload: news.reload }
    case 'gone':
      return { ...live, list: live.list.filter(({ id }) => !news.ids.includes(id)) }
  }
}

function merged(old: readonly Summary[], fresh: readonly Summary[]): readonly Summary[] {
  const byId = new Map([...old, ...fresh].map((one) => [one.id, one]))
  return [...byId.values()].toSorted((one, other) => other.seq - one.seq).slice(0, mostRows)
}

/** Listens to the server while the page is open; the browser reconnects by itself. */
export function useLive(): Live {
  const [live, tell] = useReducer(change, { isConnected: false, list: [] })
  useEffect(() => {
    const source = new EventSource('api/events')
    const on = <T>(name: string, news: (data: T) => News): void =>
      source.addEventListener(name, ({ data }: MessageEvent<string>) => tell(news(JSON.parse(data) as T)))
    source.addEventListener('open', () => {
      tell({ kind: 'connected' })
      // Gets the invocations that happened while the page wasn't connected.
      invocations().then(
        (list) => tell({ kind: 'invocations', list }),
        () => tell({ kind: 'lost' }),
      )
    })
    source.addEventListener('error', () => tell({ kind: 'lost' }))
    on<State>('state', (state) => ({ kind: 'state', state }))
    on<Summary>('invocation', (one) => ({ kind: 'invocations', list: [one] }))
    on<NonNullable<Live['lines']>>('log', (lines) => ({ kind: 'log', lines }))
    on<NonNullable<Live['reload']>>('reload', (reload) => ({ kind: 'reload', reload }))
    on<{ ids: string[] }>('gone', ({ ids }) => ({ kind: 'gone', ids }))
    return () => source.close()
  }, [])
  return live
}
