import type { RequestKind } from '@anyhandler/core/http'
import type { Expectation } from './case-schema.ts'

/** A case, ready to run. */
export interface TestCase {
  /** The sentence, with the front door if there are several. */
  readonly name: string
  /** The case file: its absolute path, and its shown name. */
  readonly file: string
  readonly label: string
  /** The line of the case's name in its file, counted from 1. */
  readonly line: number
  /** The last line that belongs to it. */
  readonly lastLine: number
  /** Where it stands in the file's YAML. */
  readonly path: readonly PropertyKey[]
  /** The handlers' folder, absolute. */
  readonly root: string
  readonly env: Readonly<Record<string, string | null>>
  readonly files: readonly StartFile[]
  readonly database?: StartDatabase
  /** Milliseconds. */
  readonly timeoutMs: number
  readonly worker: 'own' | 'shared'
  readonly skip?: string
  readonly steps: readonly TestStep[]
}

export interface StartFile {
  /** Below the folder of the case. */
  readonly path: string
  readonly content: string
}

export interface StartDatabase {
  /** Absolute: a database, or SQL. */
  readonly from?: string
  readonly migratedTo?: string
  readonly run?: string
}

export interface TestStep {
  /** Nothing for a case that has no `steps`. */
  readonly name?: string
  readonly handler: string
  /** The event's text; `{{tmp}}` is filled in when it runs. */
  readonly event: string
  readonly as?: RequestKind
  readonly expect: Expectation
  /** Where `expect` stands, or would. */
  readonly path: readonly PropertyKey[]
}
