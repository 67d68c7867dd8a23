import type { RequestKind } from '@anyhandler/core/http'
import type { CatalogueOptions } from './functions/catalogue.ts'
import type { SaveCase, Samples } from './page-api/page-api.ts'

export interface DevOptions {
  /** Which handlers there are. */
  readonly catalogue: CatalogueOptions
  /**
   * Starts the host for one handler, as `anyhandler run --local` does: program and arguments. The rest is said by the
   * environment.
   */
  readonly command: readonly string[]
  /** Variables of a function. */
  variables(name: string): Readonly<Record<string, string>>
  /** Region in the functions' ARNs. */
  readonly region: string
  readonly host: string
  /** 0 = a free one. */
  readonly port: number
  /** Whether there is a page; not on an address that others reach. */
  readonly hasPage: boolean
  /** The front door that HTTP requests come through. */
  readonly as: RequestKind
  /** Milliseconds for an event. */
  readonly timeoutMs: number
  /** MiB over which an instance is killed; absent = no limit. */
  readonly memory?: number
  /** MiB that functions are told. */
  readonly memorySize: number
  /** Events of one function that are served at once. */
  readonly maxInstances: number
  readonly samples: Samples
  /** Makes a test case of an invocation. */
  readonly saveCase: SaveCase
  /** Pauses before the retries of an asynchronous invocation, in milliseconds; 1 s and 2 s when absent. */
  readonly retryDelays?: readonly number[]
  /** One sentence that is no failure. */
  notice(sentence: string): void
  /** Code was reloaded. */
  reloaded(reload: Reload): void
}

/** @public */
export interface Reload {
  readonly functions: readonly string[]
  /** Relative to the root. */
  readonly files: readonly string[]
}
