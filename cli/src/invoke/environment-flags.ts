import type { Given } from '../command-line/command.ts'
import type { environmentFlags } from '../flags/shared.ts'
import type { LocalSettings } from '../local-environment.ts'

/** The values of the flags for local functions. */
export function environmentSettings(
  values: Given<typeof environmentFlags>,
): Pick<LocalSettings, 'memory' | 'env' | 'envFile' | 'aws'> {
  const { memory, env = [], 'env-file': envFile } = values
  return {
    ...(memory !== undefined && { memory }),
    ...(envFile !== undefined && { envFile }),
    env,
    aws: values['no-aws-env'] !== true,
  }
}
