/** A remark of the judge about an answer. */
export interface Finding {
  /**
   * `error`: the client gets the front door's own error. `warning`: the client may get another answer than the handler
   * intended.
   */
  readonly severity: 'error' | 'warning'
  /** One sentence with the front door, the key, and the cure. */
  readonly message: string
}

/** The client's view. */
export interface Verdict {
  readonly status: number
  /** Names in their given spelling; `set-cookie` once for each cookie. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
  readonly findings: readonly Finding[]
}

export interface JudgeOptions {
  /** True if the answer is a function error. */
  readonly functionError?: boolean
  /** `binaryMediaTypes` of a REST API. */
  readonly binaryTypes?: readonly string[]
  /** The client's `Accept` header: a REST API compares only its first type. */
  readonly accept?: string
}

/** An answer that its front door refuses. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

export type Warn = (message: string) => void

export type Pairs = (readonly [name: string, value: string])[]

/** The parts of an answer, as its front door reads them. */
export interface Understood {
  readonly status: number
  readonly headers: Pairs
  readonly body: string
  readonly isBase64Encoded: boolean
}

export type Json = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `a list`, `null`, `a number`: the name of a JSON value in messages. */
export function described(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
