/** An event, an answer or a statement breaks a rule of SQL handlers, although SQLite itself accepts it. */
export class RuleError extends Error {
  override readonly name = 'RuleError'
  /** The part of the `errorType` after `Function.` or `Runtime.`. */
  readonly reason: string
  /** True if the message is the platform's own and is sent unchanged; the place is in the stack trace. */
  readonly verbatim: boolean

  constructor(reason: string, message: string, { verbatim = false }: { readonly verbatim?: boolean } = {}) {
    super(message)
    this.reason = reason
    this.verbatim = verbatim
  }
}
