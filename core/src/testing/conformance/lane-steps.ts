import { startTracing, trace } from '../../trace.ts'

const steps: string[] = []

/** Records the steps of lanes, for the message about a case that hangs. If the trace is on already, it shows them. */
export function keepSteps(): void {
  steps.length = 0
  if (trace.lane) return
  startTracing({ areas: ['lane'], bodies: false }, (line) => {
    steps.push(line)
    if (steps.length > 8) steps.shift()
  })
}

/** The last lines of the trace `lane`: docs/debugging.md. */
export function lastSteps(): readonly string[] {
  return steps
}
