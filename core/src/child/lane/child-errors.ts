import { HostError } from '../../errors.ts'
import { LaneBrokenError } from '../../lane/lane.ts'

interface Started {
  readonly file: string
  readonly cwd: string
  readonly cure: string
}

/** Turns what `spawn` says into a sentence with its cure. */
export function explainStart(error: NodeJS.ErrnoException, { file, cure, cwd }: Started): Error {
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

interface Exit {
  readonly exitCode: number | undefined
  readonly signal: string | undefined
}

/**
 * A driver that ended.
 * @param early before it was ready, with what it said on its standard error
 */
export function explainExit(exit: Exit, early?: { readonly file: string; readonly complaint: string }): Error {
  if (!early) return new LaneBrokenError(`the process ${how(exit)}`, exit)
  const { file, complaint } = early
  const problem = `${file} ${how(exit)} before it was ready`
  return new HostError('Runtime.DriverFailed', { problem, details: complaint || undefined })
}

function how({ exitCode, signal }: Exit): string {
  return signal ? `was ended by ${signal}` : `exited with code ${exitCode}`
}
