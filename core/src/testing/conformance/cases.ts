import { bytes, debug, descriptors, echo, large } from './answers.ts'
import type { CaseKey } from './case-names.ts'
import type { Case } from './case.ts'
import { context } from './context.ts'
import { background, exit, fail, fork, hang, kill } from './failures.ts'
import { growth } from './growth.ts'
import { cleanup, failedSetup, missing } from './life.ts'
import { concurrency } from './load.ts'
import { stream } from './streams.ts'

export const cases: Readonly<Record<CaseKey, Case>> = {
  echo,
  fail,
  hang,
  exit,
  kill,
  background,
  fork,
  large,
  bytes,
  debug,
  descriptors,
  context,
  stream,
  concurrency,
  growth,
  missing,
  failedSetup,
  cleanup,
}
