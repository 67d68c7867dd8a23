import type { FilterName, SourceKind } from '../routes/source-filters.ts'

/** A handler with more than a name. */
export interface HandlerConfig {
  /** A handler name; or several, where the answer of each is the next one's event. */
  readonly run: string | readonly string[]
  /** The handler gets one record at a time of an event that holds several. */
  readonly each?: EachConfig
  /** HTTP statuses that make a failed invocation: `500-599`, `500`, or a list of both. */
  readonly failOn?: StatusRanges
}

/** What is absent is the default of docs/configuration.md. */
export interface EachConfig {
  readonly parallel?: number
  readonly onAllFailed?: 'throw' | 'report'
  readonly onGroupFailed?: 'stop' | 'continue'
  readonly unwrap?: boolean
}

export type StatusRanges = string | number | readonly (string | number)[]

/** A row of `sources`: events of a kind whose filters all fit go to a handler. */
export interface SourceConfig extends Readonly<Partial<Record<FilterName, string>>> {
  readonly from: SourceKind
  readonly run: string
  /** The handler gets what a record carries. */
  readonly unwrap?: boolean
}

export interface RoutingConfig {
  /** `untouched`: the parameters of a route aren't written into the event. */
  readonly event?: 'replaced' | 'untouched'
  /** What stands in front of the paths of `routes`: `/v1`, or several of these. */
  readonly basePath?: string | readonly string[]
  /** Worker processes that the handlers of all languages may hold together; 16 when absent. */
  readonly workers?: number
}

/** An event of which this is all is answered without the handler. */
export interface WarmerConfig {
  readonly key: string
  readonly value: string | number | boolean | null
}
