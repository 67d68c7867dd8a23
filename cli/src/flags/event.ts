import type { Command } from '../command-line/command.ts'

export const event = {
  name: 'event',
  summary: 'lists sample events, or prints one',
  about: ['Lists the sample events, or prints one: events as API Gateway, S3, SQS and others send them to a function.'],
  forms: {
    '': { operands: [{ name: 'NAME', optional: true, help: 'the sample event to print; without it all are listed' }] },
  },
  flags: {
    set: {
      value: 'PATH=VALUE',
      multiple: true,
      help: 'changes the event: --set Records.0.body=hello. A value is JSON if possible, else text; a string stays a string',
    },
  },
  more: ['Run a handler with one: anyhandler invoke worker --example sqs'],
} as const satisfies Command
