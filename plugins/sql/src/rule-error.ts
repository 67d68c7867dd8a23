/** A rule of SQL handlers that an event, an answer or a statement breaks; SQLite itself has nothing against it. */
export class RuleError extends Error {
  override readonly name = 'RuleError'
  /** The part of the `errorType` after `Function.` or `Runtime.`. */
  readonly reason: string

  constructor(reason: string, message: string) {
    super(message)
    this.reason = reason
  }
}
