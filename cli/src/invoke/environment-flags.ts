import { textOf, textsOf, UsageError } from '../command.ts'
import type { Command, Values } from '../command.ts'
import type { LocalSettings } from '../local-environment.ts'

const leastMemory = 128
const mostMemory = 10_240

/** The flags of a command that runs functions here. */
export const environmentOptions = {
  memory: { type: 'string' },
  env: { type: 'string', multiple: true },
  'env-file': { type: 'string' },
  'no-aws-env': { type: 'boolean' },
} as const satisfies Command['options']

/** What the flags say. @throws UsageError */
export function environmentSettings(values: Values): Pick<LocalSettings, 'memory' | 'env' | 'envFile' | 'aws'> {
  const memory = textOf(values, 'memory')
  const envFile = textOf(values, 'env-file')
  return {
    ...(memory !== undefined && { memory: readMemory(memory) }),
    ...(envFile !== undefined && { envFile }),
    env: textsOf(values, 'env'),
    aws: values['no-aws-env'] !== true,
  }
}

function readMemory(text: string): number {
  const memory = Number(text)
  if (Number.isInteger(memory) && memory >= leastMemory && memory <= mostMemory) return memory
  throw new UsageError(`--memory ${text} is not a number of MiB from ${leastMemory} to ${mostMemory}`)
}
