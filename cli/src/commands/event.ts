import { kindOf } from '@anyhandler/core/events'
import type { Parsed } from '../command-line/command.ts'
import type { event as table } from '../flags/event.ts'
import { readSample, sampleNames } from '../events/sample-events.ts'
import { setPaths } from '../events/set-path.ts'
import { UsageError } from '../usage-error.ts'

export function event({ values, operands: [name] }: Parsed<typeof table>): Promise<number> {
  if (name === undefined && values.set !== undefined)
    throw new UsageError('event --set needs the NAME of the sample event to change (anyhandler event lists them)')
  process.stdout.write(name === undefined ? list() : print(name, values.set ?? []))
  return Promise.resolve(0)
}

function list(): string {
  const names = sampleNames()
  const width = Math.max(...names.map((name) => name.length))
  return names.map((name) => `${name.padEnd(width + 2)}${kindOf(Buffer.from(readSample(name)))}\n`).join('')
}

function print(name: string, settings: readonly string[]): string {
  const text = readSample(name)
  return settings.length === 0 ? text : `${JSON.stringify(setPaths(JSON.parse(text), settings), undefined, 2)}\n`
}
