import { caseNames } from './case-names.ts'
import type { CaseKey } from './case-names.ts'

/** The access of a case to the plugin's handler. */
export interface CaseHandler {
  /** The handler's name, as in `_HANDLER`. */
  readonly handler: string
  /**
   * Reads the handler's result out of the answer's body, for languages whose answers are always JSON. Bytes and strings
   * are compared with the expected bytes. Any other value, such as the result of {@link asJson}, is compared with the
   * expected JSON value. `json` is {@link asJson}, for tables in JSON. Without it the body itself is compared.
   */
  readonly read?: ((body: Buffer) => unknown) | 'json'
  /**
   * For the case `descriptors`: standard output is the answer (`result`), or it is log as in most languages (`log`,
   * when absent).
   */
  readonly stdout?: 'log' | 'result'
}

/** The language can't do this; the case's name shows the reason. */
export interface CannotDo {
  readonly handler: null
  readonly reason: string
}

/**
 * The handler of each case: a handler's name, the name with further settings, or the reason why the language can't do
 * this. Every key is required.
 */
export type ConformanceHandlers = Readonly<Record<CaseKey, string | CaseHandler | CannotDo>>

/** A case's handler with all its settings. */
export interface ReadHandler extends CaseHandler {
  readonly read?: (body: Buffer) => unknown
}

/** `undefined` if the language can't do this. */
export function readHandler(given: string | CaseHandler | CannotDo): ReadHandler | undefined {
  if (typeof given === 'string') return { handler: given }
  if (given.handler === null) return undefined
  const { read, ...rest } = given
  return { ...rest, ...(read !== undefined && { read: read === 'json' ? asJson : read }) }
}

/** `read` for languages whose handlers receive the event as a JSON value and return one. */
export function asJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch (error) {
    throw new Error(`the answer is no JSON: ${body.toString('utf8', 0, 200)}`, { cause: error })
  }
}

/** @throws TypeError when a key is missing or unknown, or its value is none of the three forms. */
export function checkHandlers(handlers: ConformanceHandlers): void {
  const keys = Object.keys(caseNames) as CaseKey[]
  const given = Object.keys(handlers)
  const missing = keys.filter((key) => !given.includes(key))
  const unknown = given.filter((key) => !(keys as readonly string[]).includes(key))
  if (missing.length > 0) {
    throw new TypeError(
      `the conformance kit needs a handler for ${missing.join(', ')}; for what the language can't do: { handler: null, reason: '…' }`,
    )
  }
  if (unknown.length > 0)
    throw new TypeError(`the conformance kit has no case ${unknown.join(', ')}; its cases are ${keys.join(', ')}`)
  for (const key of keys) checkForm(key, handlers[key])
}

function checkForm(key: CaseKey, value: unknown): void {
  if (typeof value === 'string' && value !== '') return
  const { handler, reason } = (value ?? {}) as { readonly handler?: unknown; readonly reason?: unknown }
  if (typeof handler === 'string' && handler !== '') return
  if (handler === null && typeof reason === 'string' && reason !== '') return
  throw new TypeError(`the conformance case ${key} has neither a handler's name nor { handler: null, reason: '…' }`)
}
