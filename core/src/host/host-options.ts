import type { HostEnv } from '../env/env.ts'
import type { BuiltIns } from '../language.ts'

export interface HostOptions {
  readonly env: HostEnv
  readonly builtIns: BuiltIns
  /** Configuration file to use instead of the one in the task root. */
  readonly configFile?: string
  /** Destination of log records: a descriptor (1 on Lambda, 2 locally) or a function that gets each finished record. */
  readonly logTo: number | ((record: string) => void)
  /** True when the host runs locally: the configuration's `concurrency` applies. */
  readonly local?: boolean
  /** Time limit for the plugin's `setup` in milliseconds. Absent on Lambda, where the platform has its own limit. */
  readonly setupMs?: number
  /**
   * True if a stuck thread may end the process: the host then calls `/next` on behalf of the process that replaces it.
   */
  readonly replaceable?: boolean
  /** Runs before everything else; an exception is reported as an error of the init phase. */
  readonly prepare?: () => void
}
