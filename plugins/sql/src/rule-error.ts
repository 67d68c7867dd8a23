/** A rule of SQL handlers that an event, an answer or a statement breaks; SQLite itself has nothing against it. */
export class RuleError extends Error {
  override readonly name = 'RuleError'
  /** The part of the `errorType` after `Function.` or `Runtime.`. */
  readonly reason: string
  /** The message is the platform's own and goes out as it is; the place is in the stack trace. */
  readonly verbatim: boolean

  constructor(reason: string, message: string, { verbatim = false }: { readonly verbatim?: boolean } = {}) {
    super(message)
    this.reason = reason
    this.verbatim = verbatim
  }
}
