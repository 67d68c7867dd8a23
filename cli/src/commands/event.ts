import { kindOf } from '@anyhandler/core/events'
import { textsOf } from '../command.ts'
import type { Command } from '../command.ts'
import { readSample, sampleNames } from '../events/sample-events.ts'
import { setPaths } from '../events/set-path.ts'

const help = `Usage: anyhandler event [NAME] [--set PATH=VALUE]…

Lists the sample events that come with the command, or prints one: what API Gateway, S3, SQS and others send to a function.

  NAME              which one; all are listed without it
  --set PATH=VALUE  changes it: --set Records.0.body=hello; may be given several times. A value is JSON if it can be,
                    else text; where a string stands, it stays a string

Run a handler with one: anyhandler invoke worker --example sqs
`

export const event: Command = {
  name: 'event',
  summary: 'lists sample events, or prints one',
  help,
  options: { set: { type: 'string', multiple: true } },
  operands: ['[NAME]'],
  run(values, [name]) {
    process.stdout.write(name === undefined ? list() : print(name, textsOf(values, 'set')))
    return Promise.resolve(0)
  },
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
