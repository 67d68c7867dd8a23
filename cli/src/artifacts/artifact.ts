import type { Values } from '../command.ts'

/** One thing that `anyhandler build` makes. */
export interface Artifact {
  /** Flags that it knows, without the dashes. */
  readonly flags: readonly string[]
  /** Whether it is made of a folder of handlers. */
  readonly takesFolder: boolean
  /**
   * Makes it. Gives what is said on standard output: what was made, and what to do next.
   * @param root absolute path of the handlers' folder; empty when it takes none
   * @throws BuildError | UsageError | HostError
   */
  build(values: Values, root: string): Promise<string>
}
