import { platformNames } from '../artifacts/target.ts'
import type { Command } from '../command-line/command.ts'
import { archFlag, runtimeWhyNot } from './deployment.ts'
import { dirOperand } from './shared.ts'

export const doctor = {
  name: 'doctor',
  summary: 'finds faults before you deploy',
  about: [
    'Finds faults that would fail on Lambda, before you deploy: one line for each fault, with its file and its cure.',
  ],
  forms: { '': { operands: [dirOperand] } },
  flags: {
    runtime: {
      value: 'RUNTIME',
      words: platformNames,
      whyNot: runtimeWhyNot,
      help: '',
      note: 'image is the result of anyhandler build image. When absent, python3.13 if a handler is written in Python, else provided.al2023',
    },
    arch: archFlag,
    handlers: { value: 'LIST', help: "comma list of the functions' handler names" },
    have: {
      value: 'LIST',
      mayBeEmpty: true,
      help: "comma list of programs and Python modules in the function's other layers: jq,requests",
    },
    s3: { help: 'the zip is uploaded through S3, so the limit of a direct upload does not apply' },
    strict: { help: 'exits with 1 for warnings, too' },
    json: { help: '{"runtime","arch","files","findings":[{"severity","file","fault","cure"}]} on standard output' },
  },
  more: ['Exit code: 0 without errors (warnings are allowed); 1 with an error; 2 for wrong usage.'],
} as const satisfies Command
