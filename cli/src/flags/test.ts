import type { Command } from '../command-line/command.ts'
import { configFlag, dirOperand, environmentFlags } from './shared.ts'

export const test = {
  name: 'test',
  summary: 'runs the cases beside the handlers',
  about: [
    'Runs the cases in *.case.yaml below a folder: events and requests, and what must come of them. docs/testing-handlers.md tells how they are written.',
  ],
  forms: {
    '': {
      operands: [
        dirOperand,
        {
          name: 'FILTER',
          optional: true,
          multiple: true,
          help: "runs only what it names: a part of a file's path or of a case's name, or create.case.yaml:12",
        },
      ],
    },
  },
  flags: {
    update: { help: 'writes what came into the case files: for what is expected exactly, and where nothing is' },
    watch: { help: 'runs again what a changed file may change' },
    coverage: { help: 'tells which lines of Python, commands of bash and statements of SQL the cases have run' },
    reporter: {
      value: 'NAME',
      words: ['pretty', 'json', 'junit', 'tap'],
      help: 'of the report',
      note: 'pretty when absent',
    },
    json: { help: 'short for --reporter json' },
    output: { value: 'FILE', help: 'writes the report there in place of standard output' },
    jobs: {
      value: 'N',
      range: { least: 1, most: 64, whole: true, name: 'a whole number from 1 to 64' },
      help: 'processes at once; the number of cores when absent',
    },
    from: {
      value: 'RECORD',
      multiple: true,
      help: 'adds a case made of a record (anyhandler dev --record) to HANDLER.case.yaml, and runs nothing',
    },
    config: configFlag,
    ...environmentFlags,
    env: { ...environmentFlags.env, help: 'a variable for the function; the env of a case goes over it' },
  },
  more: ["Exit code: 0; 1 when a case failed; 2 for wrong usage, a case file that can't be used, or no case at all."],
} as const satisfies Command
