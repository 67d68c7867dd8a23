/** What a built-in language brings besides the code that importing its package loads. Paths are relative to the package. */
export interface LanguageParts {
  /** Modules that run in threads: each is a file of its own in the bundle. Relative to the package's main file, without extension. */
  readonly workers?: readonly string[]
  /** Folder of the driver: its files go along as they are. */
  readonly driver?: string
  /** Has a native module: better-sqlite3. */
  readonly native?: boolean
}

/** By name of the language. */
export const languageParts: Readonly<Record<string, LanguageParts>> = {
  bash: { driver: 'driver' },
  sql: { workers: ['worker'], native: true },
  python: { driver: 'driver' },
}
