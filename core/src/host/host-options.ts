import type { HostEnv } from '../env/env.ts'
import type { BuiltIns } from '../language.ts'

export interface HostOptions {
  readonly env: HostEnv
  readonly builtIns: BuiltIns
  /** A configuration file in place of the one looked up in the task root. */
  readonly configFile?: string
  /** Where log records go: a descriptor (1 on Lambda, 2 locally) or a function that takes each finished record. */
  readonly logTo: number | ((record: string) => void)
  /** Outside Lambda: the configuration's concurrency counts. */
  readonly local?: boolean
  /** How long the plugin's `setup` may take. Milliseconds; on Lambda the platform counts, and this is absent. */
  readonly setupMs?: number
  /** A thread that is stuck makes an end of the process, and another takes its place: the next event is asked for on its behalf. */
  readonly replaceable?: boolean
  /** Done first; what it throws is an error of the init phase. */
  readonly prepare?: () => void
}
