import type { Functions } from '../functions/functions.ts'
import { relative } from 'node:path'
import type { Route } from '../functions/catalogue.ts'

/** A function, as the page shows it. */
interface FunctionState {
  readonly name: string
  /** Several, joined by a comma, where routes lead to several. */
  readonly language: string
  readonly file?: string
  /** `broken`: its last start failed. */
  readonly state: 'cold' | 'starting' | 'ready' | 'broken'
  readonly instances: number
  readonly queued: number
  readonly error?: { readonly errorType: string; readonly message: string; readonly at: number }
  /** Files whose change reloads it, relative to the root. */
  readonly loads: readonly string[]
}

/** Data that doesn't change while the server runs. */
export interface Fixed {
  readonly version: string
  readonly root: string
  readonly name: string
  readonly address: string
  /** The front door. */
  readonly as: string
  readonly limits: { readonly timeoutMs: number; readonly memory?: number; readonly maxInstances: number }
  /** Epoch milliseconds. */
  readonly startedAt: number
}

export interface State extends Fixed {
  readonly routes: readonly Route[] | null
  readonly functions: readonly FunctionState[]
  readonly reload: { readonly mode: 'watch' | 'poll'; readonly files: number }
  /** Why the configuration can't be read now. */
  readonly configError?: string
}

export function stateOf(fixed: Fixed, functions: Functions): State {
  const { configError, entries, made, routes = null, reload } = functions
  const further = [...made.values()]
    .map(({ entry }) => entry)
    .filter(({ name }) => !entries.some((one) => one.name === name))
  return {
    ...fixed,
    routes,
    functions: [...entries, ...further].map(({ name, file, languages }) => {
      const one = made.get(name)
      return {
        name,
        language: languages.join(', '),
        ...(file !== undefined && { file }),
        state: one?.state ?? 'cold',
        instances: one?.instances ?? 0,
        queued: one?.queued ?? 0,
        ...(one?.broken && { error: one.broken }),
        loads: (one?.files ?? []).map((path) => relative(fixed.root, path)),
      }
    }),
    reload,
    ...(configError !== undefined && { configError }),
  }
}
