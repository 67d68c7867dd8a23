/** One thing that is not as expected. */
export interface Difference {
  /** `status`, `body contains`, `headers.location`: as the case file says it. */
  readonly key: string
  /** The expectation, in words or as a value. */
  readonly expected: unknown
  /** The relevant part of the actual result. */
  readonly got: unknown
  /** One more sentence. */
  readonly hint?: string
  /** `values`: a diff of the two shows more than each alone. */
  readonly show: 'values' | 'words'
  /** The value that `--update` writes, and its place below `expect`; absent if it can't write one. */
  readonly update?: { readonly path: readonly PropertyKey[]; readonly value: unknown }
}
