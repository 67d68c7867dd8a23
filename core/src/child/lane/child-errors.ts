import { HostError, messageOf } from '../../errors.ts'
import { LaneBrokenError } from '../../lane/lane.ts'
import { isEnding } from '../../leftovers/proc.ts'
import type { Ending } from '../driver/driver-link.ts'
import type { Frame } from '../protocol/frames.ts'

interface Started {
  readonly name: string
  readonly file: string
  readonly cwd: string
  readonly cure: string
}

/** The driver was asked (`maybe=1`) and does not know the handler. */
export class UnknownHandlerError extends Error {
  override readonly name = 'UnknownHandlerError'
}

/** The error for a frame that doesn't fit the state. */
export function unexpected({ kind, event }: Frame): LaneBrokenError {
  return new LaneBrokenError(`the driver sent '${kind}'${event === undefined ? '' : ` of event ${event}`}`)
}

/** The error of a failed load: a broken protocol is a fault of the set-up here. */
export function explainFailedStart(file: string, error: unknown): unknown {
  if (isOutOfDescriptors(error)) return noDescriptors(file, error)
  if (!(error instanceof LaneBrokenError)) return error
  return new HostError('Runtime.DriverFailed', { at: file, problem: error.message, cause: error })
}

/**
 * Turns an error of `spawn` into a sentence with its cure, and adds the lane's state to an error of the protocol.
 * @param state the lane's state, in words
 * @param partial the received part of an incomplete frame
 */
export function explainError(
  error: NodeJS.ErrnoException,
  { name, file, cure, cwd }: Started,
  state: string,
  partial: string,
): Error {
  if (error instanceof LaneBrokenError) {
    const got = partial && `; it had sent ${partial}`
    return new LaneBrokenError(`${error.message}; the lane of the ${name} plugin was ${state}${got}`)
  }
  if (isOutOfDescriptors(error)) return noDescriptors(file, error)
  // Opening the driver's pipes fails with the same codes when the driver has just died.
  if (!error.syscall?.startsWith('spawn')) return error
  if (error.code === 'ENOENT')
    return new HostError('Runtime.InterpreterNotFound', {
      problem: `${file} was not found on PATH`,
      cure,
      cause: error,
    })
  if (error.code === 'EACCES') {
    return new HostError('Runtime.InterpreterNotFound', {
      problem: `${file} may not be executed`,
      cure: `give it the execute bit, or ${cure}`,
      cause: error,
    })
  }
  return new HostError('Runtime.DriverFailed', {
    problem: `${file} could not be started in ${cwd}: ${error.message}`,
    cause: error,
  })
}

function isOutOfDescriptors(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException
  return code === 'EMFILE' || code === 'ENFILE'
}

/** Each worker takes some 15 descriptors of the host; Lambda allows 1,024. */
function noDescriptors(file: string, cause: unknown): Error {
  return new HostError('Runtime.DriverFailed', {
    problem: `${file} could not be started: the host has no file descriptor left for another worker`,
    cure: 'lower the concurrency, or raise the limit (ulimit -n): each worker takes about 15 descriptors',
    cause,
  })
}

/**
 * The error for an event that could not be handed to a driver, so that another one can run it.
 * @param driver its process
 */
export function explainUnsent(error: unknown, driver: number | undefined): LaneBrokenError {
  // Its descriptors may be closed before its exit is reported.
  const hasEnded = driver === undefined || isEnding(driver)
  const what = hasEnded ? 'the process has ended: ' : 'the event could not be sent: '
  return new LaneBrokenError(`${error instanceof LaneBrokenError ? '' : what}${messageOf(error)}`, { untouched: true })
}

interface Exit extends Ending {
  /** The received part of an incomplete frame. */
  readonly partial: string
}

/**
 * The error for a driver that ended.
 * @param early true if it was not ready yet; the error then has its standard error
 */
export function explainExit(exit: Exit, early?: { readonly file: string; readonly complaint: string }): Error {
  const got = exit.partial && `; it had sent ${exit.partial}`
  if (!early) return new LaneBrokenError(`${exit.what ?? 'the process'} ${how(exit)}${got}`, exit)
  const { file, complaint } = early
  const problem = `${file} ${how(exit)} before it was ready${got}`
  return new HostError('Runtime.DriverFailed', { problem, details: complaint || undefined })
}

/** Linux sends SIGKILL when memory runs out, but another process may have sent it as well. */
function how({ exitCode, signal, problem }: Exit): string {
  if (problem) return `ended: ${problem}`
  if (signal === 'SIGKILL') return 'was ended by SIGKILL (perhaps out of memory)'
  return signal ? `was ended by ${signal}` : `exited with code ${exitCode}`
}
