import type { HandlerRef } from './contract.ts'
import type { Language } from './registry.ts'

export interface Routes {
  /** Absolute, symlinks resolved. */
  readonly taskRoot: string
  readonly languages: readonly Language[]
  /** The configuration's map. */
  readonly handlers: Readonly<Record<string, string>>
}

export declare function findHandler(name: string, routes: Routes): HandlerRef
