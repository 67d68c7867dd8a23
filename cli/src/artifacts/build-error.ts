import { sentenceOf } from '@anyhandler/core/host'
import type { HostErrorInit } from '@anyhandler/core/host'

/** Something in the way of an artifact. The exit code is 1. `message` is the sentence made of the other fields. */
export class BuildError extends Error {
  override readonly name = 'BuildError'
  readonly problem: string
  readonly cure: string | undefined
  readonly at: string | undefined

  constructor(init: HostErrorInit) {
    super(sentenceOf(init), init.cause === undefined ? undefined : { cause: init.cause })
    this.problem = init.problem
    this.cure = init.cure
    this.at = init.at
  }
}
