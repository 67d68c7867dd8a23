import { HandlerError, messageOf } from '../errors.ts'
import { LaneBrokenError } from '../lane/lane.ts'
import type { TaskFailure } from '../lane/lane.ts'
import type { ChildLanguage } from './child-language.ts'

/**
 * The error of a failed event.
 * @param tail the last lines of its log
 * @param logged the language has logged the failure itself
 */
export function failureOf(
  language: ChildLanguage,
  failure: TaskFailure,
  tail: readonly string[],
  logged = language.logsFailures ?? false,
): HandlerError {
  return new HandlerError({ ...(language.failure?.(failure, tail) ?? withTail(failure, tail)), logged })
}

/** The failure of an event whose lane broke. `undefined` if the lane was ended for another reason. */
export function brokenFailure(error: unknown): TaskFailure | undefined {
  if (!(error instanceof LaneBrokenError)) return undefined
  return { errorType: 'Runtime.ExitError', message: `${messageOf(error)} during the event` }
}

/** A dead process sent no failure of its own; its last log lines may explain it. */
function withTail(failure: TaskFailure, tail: readonly string[]): TaskFailure {
  if (failure.errorType !== 'Runtime.ExitError' || failure.body || tail.length === 0) return failure
  return { ...failure, message: `${failure.message}; the last lines of its log:\n${tail.join('\n')}` }
}
