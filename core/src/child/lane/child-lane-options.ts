import type { DriverEvents, DriverLink } from '../driver/driver-link.ts'
import type { CarriedMessage } from '../protocol/carried.ts'
import type { LeftoversOptions } from '../../leftovers/leftovers.ts'

export interface ChildLaneOptions {
  /** For traces and errors: the plugin's name. */
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly variables: Readonly<Record<string, string>>
  /** End of the sentence that says that `file` is missing: how to get it. */
  readonly cure: string
  /** Payload of the `load` frame: `key=value` lines. */
  readonly load: string
  /** The names of the driver's outputs. */
  readonly outputs: readonly string[]
  /** How what events leave behind is told from the rest. */
  readonly leftovers: LeftoversOptions
  /** The driver writes the failures that it reports to the log itself. */
  readonly logsFailures?: boolean
  /** A private folder for events too long for a frame. */
  readonly tmp: string
  /** How long the driver's own start may take, until `ready`. Milliseconds; 5,000 when absent. */
  readonly readyMs?: number
  /** The handler is still being loaded, after so many milliseconds. */
  onSlowLoad?(ms: number): void
  /** An idle driver still ran so many milliseconds after its control descriptor had ended, and is killed. */
  onSlowEnd?(ms: number): void
  /** Starts the driver in another way than as a process of its own; gets the mark of what it starts. */
  link?(events: DriverEvents, mark: Readonly<Record<string, string>>): DriverLink
  /** Hears of the lanes that the process carries. */
  onCarried?(message: CarriedMessage): void
  /** Gets output that came while no task was running. */
  onStray(output: string, chunk: Buffer): void
}
