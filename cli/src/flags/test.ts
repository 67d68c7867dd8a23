import type { Command } from '../command-line/command.ts'
import { configFlag, dirOperand, environmentFlags } from './shared.ts'

export const test = {
  name: 'test',
  summary: 'runs test cases from files beside the handlers',
  about: [
    'Runs the test cases in *.case.yaml below a folder: events and requests with their expected results. docs/testing-handlers.md explains the format.',
  ],
  forms: {
    '': {
      operands: [
        dirOperand,
        {
          name: 'FILTER',
          optional: true,
          multiple: true,
          help: "runs only matching cases: a part of a file's path or of a case's name, or create.case.yaml:12",
        },
      ],
    },
  },
  flags: {
    update: {
      help: 'writes the actual results into the case files: replaces exact expectations, and adds missing ones',
    },
    watch: { help: 'runs cases again when a file changes' },
    coverage: { help: 'shows the lines of Python, commands of bash and statements of SQL that the cases have run' },
    reporter: {
      value: 'NAME',
      words: ['pretty', 'json', 'junit', 'tap'],
      help: 'the format of the report',
      note: 'pretty when absent',
    },
    json: { help: 'short for --reporter json' },
    output: { value: 'FILE', help: 'writes the report to FILE instead of standard output' },
    jobs: {
      value: 'N',
      range: { least: 1, most: 64, whole: true, name: 'a whole number from 1 to 64' },
      help: 'number of parallel processes; the number of cores when absent',
    },
    from: {
      value: 'RECORD',
      multiple: true,
      help: 'adds a case from a record (anyhandler dev --record) to HANDLER.case.yaml, and runs nothing',
    },
    config: configFlag,
    ...environmentFlags,
    env: { ...environmentFlags.env, help: 'a variable for the function; the env of a case overrides it' },
  },
  more: ['Exit code: 0 for success; 1 if a case failed; 2 for wrong usage, an invalid case file, or no case at all.'],
} as const satisfies Command
