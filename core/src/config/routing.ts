import type { FilterName, SourceKind } from '../routes/source-filters.ts'

/** A handler with further settings. */
export interface HandlerConfig {
  /** A handler name, or a sequence of names: the answer of each is the next event. */
  readonly run: string | readonly string[]
  /** The handler gets one record at a time of an event that holds several. */
  readonly each?: EachConfig
  /** HTTP statuses that count as a failed invocation: `500-599`, `500`, or a list of both. */
  readonly failOn?: StatusRanges
}

/** The defaults of absent keys are in docs/configuration.md. */
export interface EachConfig {
  readonly parallel?: number
  readonly onAllFailed?: 'throw' | 'report'
  readonly onGroupFailed?: 'stop' | 'continue'
  readonly unwrap?: boolean
}

export type StatusRanges = string | number | readonly (string | number)[]

/** A row of `sources`: events of a kind that match all filters go to the handler. */
export interface SourceConfig extends Readonly<Partial<Record<FilterName, string>>> {
  readonly from: SourceKind
  readonly run: string
  /** The handler gets the content of a record. */
  readonly unwrap?: boolean
}

export interface RoutingConfig {
  /** `untouched`: the parameters of a route aren't written into the event. */
  readonly event?: 'replaced' | 'untouched'
  /** Prefix of the paths of `routes`: `/v1`, or a list of prefixes. */
  readonly basePath?: string | readonly string[]
  /** Limit of worker processes for the handlers of all languages together; 16 when absent. */
  readonly workers?: number
}

/** An event with exactly this content is answered without the handler. */
export interface WarmerConfig {
  readonly key: string
  readonly value: string | number | boolean | null
}
