/** One thing that is not as expected. */
export interface Difference {
  /** `status`, `body contains`, `headers.location`: as the case file says it. */
  readonly key: string
  /** What is expected, in words or as a value. */
  readonly expected: unknown
  /** What came, in the part that matters. */
  readonly got: unknown
  /** One more sentence. */
  readonly hint?: string
  /** `values`: a diff of the two shows more than each alone. */
  readonly show: 'values' | 'words'
  /** What `--update` writes, and where below `expect`; absent where nothing can be written. */
  readonly update?: { readonly path: readonly PropertyKey[]; readonly value: unknown }
}
