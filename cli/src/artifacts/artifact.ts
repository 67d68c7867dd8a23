import type { BuildValues } from './build-options.ts'

/** One thing that `anyhandler build` makes. */
export interface Artifact {
  /** Whether it is made of a folder of handlers. */
  readonly takesFolder: boolean
  /**
   * Makes it.
   * @param root absolute path of the handlers' folder; empty when it takes none
   * @throws BuildError | UsageError | HostError
   */
  build(values: BuildValues, root: string): Promise<Built>
}

/** The text for standard output. */
interface Built {
  /** The result and the next steps, in lines. */
  readonly text: string
  /** The same for programs: `--json`. Sizes are in bytes. */
  readonly facts: Readonly<Record<string, unknown>>
}
