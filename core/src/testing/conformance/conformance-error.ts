/** A case that doesn't hold: the message says what was expected and what came. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError'
}

export function fail(message: string): never {
  throw new ConformanceError(message)
}
