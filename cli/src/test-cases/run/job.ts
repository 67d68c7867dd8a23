import type { StartDatabase, StartFile } from '../format/test-case.ts'

/** The settings of a worker process: all its cases have the same environment. */
export interface WorkerSettings {
  /** The handlers' folder. */
  readonly root: string
  /** Its own folder, removed by its creator. */
  readonly folder: string
  /** Removed by the worker when the command ends without a word. */
  readonly runFolder: string
  /** The function's whole environment. */
  readonly variables: Readonly<Record<string, string>>
  readonly configFile?: string
  readonly functionArn?: string
}

export interface Job {
  readonly files: readonly StartFile[]
  readonly database?: StartDatabase
  readonly timeoutMs: number
  /** Module state of earlier cases may be there. */
  readonly shared: boolean
  readonly steps: readonly JobStep[]
}

export interface JobStep {
  readonly handler: string
  readonly event: string
  /** Paths below the case's folder that are read afterwards. */
  readonly files: readonly string[]
  readonly queries: readonly string[]
}

/** The outcome of a step. */
export interface StepResult {
  readonly body: Uint8Array
  readonly contentType?: string
  readonly streamed: boolean
  readonly failed: boolean
  /** Type and message of a failure. */
  readonly error?: { readonly type: string; readonly message: string }
  /** Lines without time, request id and level. */
  readonly log: readonly string[]
  /** `null`: there is no such file. */
  readonly files: Readonly<Record<string, Uint8Array | null>>
  /** Rows, or why there are none. */
  readonly rows: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[] | { readonly error: string }>>
  readonly durationMs: number
}

export interface JobResult {
  readonly steps: readonly StepResult[]
  /** The case could not be prepared: why. */
  readonly fault?: string
  /** A thread can't be stopped: the worker process is of no further use. */
  readonly stuck: boolean
}

/** The messages of the command to a worker process. */
export type ToWorker =
  | { readonly kind: 'open'; readonly settings: WorkerSettings }
  | { readonly kind: 'job'; readonly job: Job }
  | { readonly kind: 'end' }

/** Names below the worker's folder. */
export const tmpOf = (folder: string): string => `${folder}/tmp`
export const dataOf = (folder: string): string => `${folder}/data`
