import { platformNames } from '../artifacts/target.ts'
import type { Command } from '../command-line/command.ts'
import { archFlag, runtimeWhyNot } from './deployment.ts'
import { dirOperand } from './shared.ts'

export const doctor = {
  name: 'doctor',
  summary: 'says what would fail on Lambda, before it is deployed',
  about: ['Says before deployment what would fail on Lambda: one line for each fault, with its file and its cure.'],
  forms: { '': { operands: [dirOperand] } },
  flags: {
    runtime: {
      value: 'RUNTIME',
      words: platformNames,
      whyNot: runtimeWhyNot,
      help: '',
      note: 'image is what anyhandler build image makes. When absent, python3.13 where a handler is written in Python, else provided.al2023',
    },
    arch: archFlag,
    handlers: { value: 'LIST', help: 'handler names that the functions are configured with, with commas' },
    have: {
      value: 'LIST',
      help: "programs and Python modules that the function's other layers bring, with commas: jq,requests",
    },
    s3: { help: 'the zip is uploaded by way of S3: the limit of a direct upload does not count' },
    strict: { help: 'warnings fail too' },
    json: { help: '{"runtime","arch","files","findings":[{"severity","file","fault","cure"}]} on standard output' },
  },
  more: ['Exit code: 0, also with warnings; 1 when something would fail; 2 for wrong usage.'],
} as const satisfies Command
