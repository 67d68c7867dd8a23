import { bytes, debug, descriptors, echo, large } from './answers.ts'
import type { CaseKey } from './case-names.ts'
import type { Case } from './case.ts'
import { background, fail, hang, kill } from './failures.ts'
import { cleanup, failedSetup } from './life.ts'
import { concurrency, growth } from './load.ts'

export const cases: Readonly<Record<CaseKey, Case>> = {
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
}
