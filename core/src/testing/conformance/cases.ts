import { bytes, debug, descriptors, echo, large } from './answers.ts'
import type { Case } from './case.ts'
import { background, fail, hang, kill } from './failures.ts'
import { cleanup, failedSetup } from './life.ts'
import { concurrency, growth } from './load.ts'

/** All cases by the keys that `handlers` needs. */
export const cases = {
  echo,
  fail,
  hang,
  kill,
  background,
  large,
  bytes,
  debug,
  descriptors,
  concurrency,
  growth,
  failedSetup,
  cleanup,
} as const satisfies Record<string, Case>

export type CaseKey = keyof typeof cases
