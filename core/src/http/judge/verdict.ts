/** Something that the judge has to say about an answer. */
export interface Finding {
  /** `error`: the client gets the front door's own error. `warning`: it may get something else than the handler means. */
  readonly severity: 'error' | 'warning'
  /** One sentence with the front door, the key, and the cure. */
  readonly message: string
}

/** What the client sees. */
export interface Verdict {
  readonly status: number
  /** Names as they were given; `set-cookie` once for each cookie. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
  readonly findings: readonly Finding[]
}

export interface JudgeOptions {
  /** The answer is that of a function error. */
  readonly functionError?: boolean
  /** `binaryMediaTypes` of a REST API. */
  readonly binaryTypes?: readonly string[]
  /** The client's `Accept` header: a REST API compares its first type alone. */
  readonly accept?: string
}

/** An answer that its front door refuses. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

export type Warn = (message: string) => void

export type Pairs = (readonly [name: string, value: string])[]

/** What an answer says, once the front door has understood it. */
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

/** `a list`, `null`, `a number`: how a sentence calls a JSON value. */
export function described(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
