/** Something in the way of an artifact, said in one sentence with its cure. The exit code is 1. */
export class BuildError extends Error {
  override readonly name = 'BuildError'
}
