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
  /** How to install a missing `file`: the end of the error message. */
  readonly cure: string
  /** Payload of the `load` frame: `key=value` lines. */
  readonly load: string
  /** The names of the driver's outputs. */
  readonly outputs: readonly string[]
  /** The rules by which leftover processes are recognised. */
  readonly leftovers: LeftoversOptions
  /** The driver logs its failures itself. */
  readonly logsFailures?: boolean
  /** A private folder for the files of events that are too long for a frame. */
  readonly tmp: string
  /** Time limit for the driver's own start, until `ready`. Milliseconds; 5,000 when absent. */
  readonly readyMs?: number
  /** Called if the handler is still being loaded after this number of milliseconds. */
  onSlowLoad?(ms: number): void
  /**
   * Called if an idle driver still runs this number of milliseconds after its control descriptor was closed; it is
   * killed then.
   */
  onSlowEnd?(ms: number): void
  /** Starts the driver differently than as a process of its own; gets the mark of its processes. */
  link?(events: DriverEvents, mark: Readonly<Record<string, string>>): DriverLink
  /** Hears of the lanes that the process carries. */
  onCarried?(message: CarriedMessage): void
  /** Gets output that came while no task was running. */
  onStray(output: string, chunk: Buffer): void
}
