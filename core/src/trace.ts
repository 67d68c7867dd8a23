/**
 * `ANYHANDLER_TRACE`: writes each step of the host as a line on standard error, to find the cause of a hang.
 * docs/debugging.md shows it.
 *
 * An area that is off is `undefined`, so that a trace costs one property access: `trace.lane?.(…)`.
 */

/**
 * `lane`: states of workers. `frames`: messages of drivers. `wire`: requests to the Runtime API. `host`: phases,
 * events.
 */
export const traceAreas = ['lane', 'frames', 'wire', 'host'] as const
export type TraceArea = (typeof traceAreas)[number]

export interface TraceSettings {
  readonly areas: readonly TraceArea[]
  /** `ANYHANDLER_TRACE_BODIES=1`: also writes the first bytes of events, answers and environments. */
  readonly bodies: boolean
}

type Tracer = (line: string) => void

export const trace: { -readonly [Area in TraceArea]?: Tracer } = {}

const shownBytes = 80
let showsBodies = false

/** Turns areas on for the life of the process. `write` gets finished lines with their newline. */
export function startTracing({ areas, bodies }: TraceSettings, write: (line: string) => void): void {
  showsBodies = bodies
  for (const area of areas) {
    trace[area] = (line) => write(`anyhandler trace ${(process.uptime() * 1000).toFixed(1)} ms ${area}: ${line}\n`)
  }
}

/**
 * The beginning of a body, at most 80 bytes, on one line.
 * @param isPrivate true if it has values of events or of the environment: it is shown only with
 * `ANYHANDLER_TRACE_BODIES=1`
 */
export function traceBody(body: Uint8Array, isPrivate: boolean): string {
  if (body.length === 0) return ''
  if (isPrivate && !showsBodies) return ' (not shown)'
  const shown = Buffer.from(body.subarray(0, shownBytes)).toString()
  return ` ${JSON.stringify(shown)}${body.length > shownBytes ? '…' : ''}`
}
