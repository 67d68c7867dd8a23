import { describe, expect, test } from 'vitest'
import { rootOf } from './case.ts'
import type { Case, Run } from './case.ts'
import { eventsOf, namesIn } from './differential/names.ts'
import { pythons } from './differential/pythons.ts'
import { runReference } from './differential/reference.ts'
import type { TelemetryFrame } from './differential/telemetry.ts'
import { runOurs } from './serve.ts'

/** What depends on the moment, and on where the runtime's own files are. */
function timeless({ type, text }: TelemetryFrame): TelemetryFrame {
  const plain = text
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z/g, 'TIME')
    .replaceAll(/0x[\da-f]{6,}/g, '0xADDRESS')
    .replaceAll(/repeated \d+ more times/g, 'repeated some more times')
    .replaceAll(/\n\u00a0+File "[^"]*\/awslambdaric\/[^\n]*\n[^\n]*/g, '')
    .replaceAll(/"(?:[^"\\]|\\.)*\/awslambdaric\/(?:[^"\\]|\\.)*"(?:, )?/g, '')
  return { type, text: plain }
}

/** In JSON, a printed line is a record of ours. */
function printedLine({ text }: TelemetryFrame, variables: Case['variables']): string {
  if (variables?.['AWS_LAMBDA_LOG_FORMAT'] !== 'JSON' || !text.startsWith('{"timestamp"')) return text
  return (JSON.parse(text) as { message: string }).message
}

/**
 * AWS's records are among ours, in their order, type for type and byte for byte; what is left is what AWS's Python
 * writes to its standard output.
 */
function expectSameLog(ours: Run, theirs: Run, variables: Case['variables']): void {
  const records = theirs.frames.map(timeless).filter(({ text }) => !text.includes('LAMBDA_WARNING'))
  expect(records.length).toBeGreaterThan(0)
  const rest: string[] = []
  let next = 0
  for (const frame of ours.frames) {
    const { type, text } = timeless(frame)
    const wanted = records[next]
    if (wanted && type === wanted.type && text === wanted.text) next++
    else rest.push(printedLine(frame, variables))
  }
  expect(records.slice(next), 'records that are missing, or are not as AWS has them').toEqual([])
  expect(rest).toEqual(theirs.log)
}

const settings: readonly (readonly [string, Record<string, string>])[] = [
  ['as text', {}],
  ['as text with a level', { AWS_LAMBDA_LOG_LEVEL: 'INFO' }],
  ['as JSON', { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'DEBUG' }],
]

describe.each(pythons)(
  'on $name, the telemetry descriptor gets the frames of awslambdaric',
  { timeout: 60_000 },
  (python) => {
    const compare = async (one: Case): Promise<Run> => {
      const whole = { ...one, python, telemetry: true }
      const [ours, theirs] = await Promise.all([runOurs(whole), runReference(whole)])
      expectSameLog(ours, theirs, one.variables)
      return ours
    }

    test.each(settings)('for the log %s', async (_name, variables) => {
      // Descriptors and children: AWS's order between its two streams is nobody's.
      await compare({
        root: rootOf('logs'),
        handler: 'app.handler',
        events: eventsOf(namesIn('logs', 'WAYS')),
        variables,
      })
    })

    test.each(settings)('for failures %s', async (_name, variables) => {
      const names = ['value_error', 'raised_from', 'lines_in_message', 'unicode_message', 'no_message']
      const { frames } = await compare({
        root: rootOf('errors'),
        handler: 'app.handler',
        events: eventsOf(names),
        variables,
      })
      const level = variables['AWS_LAMBDA_LOG_FORMAT'] ? 'a55a0016' : 'a55a0017'
      expect(frames.filter(({ type }) => type === level)).toHaveLength(names.length)
    })

    test('for a start that fails, and for the context', async () => {
      await compare({ root: rootOf('loading'), handler: 'raises_lines.handler', events: eventsOf(['1']) })
      await compare({ root: rootOf('logs'), handler: 'app.by_context', events: eventsOf(['1', '2']) })
    })
  },
)
