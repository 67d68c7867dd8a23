import type { Command } from '../command-line/command.ts'

export const event = {
  name: 'event',
  summary: 'lists sample events, or prints one',
  about: [
    'Lists the sample events that come with the command, or prints one: what API Gateway, S3, SQS and others send to a function.',
  ],
  forms: { '': { operands: [{ name: 'NAME', optional: true, help: 'which one; all are listed without it' }] } },
  flags: {
    set: {
      value: 'PATH=VALUE',
      multiple: true,
      help: 'changes it: --set Records.0.body=hello. A value is JSON if it can be, else text; where a string stands, it stays a string',
    },
  },
  more: ['Run a handler with one: anyhandler invoke worker --example sqs'],
} as const satisfies Command
