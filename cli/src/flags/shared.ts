import type { Flags } from '../command-line/command.ts'

/** Values of `--as`: the services that make an event of an HTTP request. */
export const frontDoors = ['url', 'rest', 'http', 'http-1.0', 'alb', 'alb-multi', 'lattice', 'lattice-1'] as const

/** Flags of a command that runs functions here. */
export const environmentFlags = {
  memory: {
    value: 'MIB',
    range: { least: 128, most: 10_240, whole: true, name: 'a number of MiB from 128 to 10240' },
    help: 'the memory size that the function sees, without a limit; 128 when absent',
  },
  env: { value: 'NAME=VALUE', multiple: true, help: 'a variable for the function' },
  'env-file': { value: 'FILE', help: 'variables from a file, NAME=VALUE a line' },
  'no-aws-env': {
    help: "does not set Lambda's variables: the function's name, version, memory, log group, region and so on",
  },
} as const satisfies Flags

export const timeoutRange = { least: Number.MIN_VALUE, most: 900, name: 'a number of seconds above 0 and up to 900' }

export const configFlag = {
  value: 'FILE',
  help: "a configuration file to use instead of the one in the handlers' folder",
} as const

export const dirOperand = {
  name: 'DIR',
  optional: true,
  help: "the handlers' folder; the working directory when absent",
} as const
export const rootFlag = { value: 'DIR', help: "the handlers' folder; the working directory when absent" } as const
