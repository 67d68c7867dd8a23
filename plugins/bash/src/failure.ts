import type { TaskFailure } from '@anyhandler/core'

/** The driver's report of a failed event. */
interface Report {
  /** Exit status of the event's process; 128 and the signal's number when a signal ended it. */
  readonly status: number
  /** The place, if the handler's own traps let the driver see it. */
  readonly fault?: {
    readonly status: number
    readonly command: string
    /** Innermost first: `at inner (/var/task/app.sh:4)`. */
    readonly stack: readonly string[]
  }
}

/**
 * Completes the driver's report: type, a message with the place, and the call stack followed by the last lines of the
 * log.
 * @param tail the last lines of the log; left out of the error when `shown` is false
 */
export function completeFailure(failure: TaskFailure, tail: readonly string[], shown: boolean): TaskFailure {
  const report = reportOf(failure)
  const log = shown ? tail.map((line) => `log: ${line}`) : []
  if (!report) return { ...failure, stackTrace: [...(failure.stackTrace ?? []), ...log] }
  const { errorType, message } = describe(report, shown ? tail : [], 'the handler')
  const type = shown ? errorType : describe(report, tail, '').errorType
  return { errorType: type, message, stackTrace: [...(report.fault?.stack ?? []), ...log] }
}

function reportOf({ body }: TaskFailure): Report | undefined {
  if (!body) return undefined
  const report = JSON.parse(Buffer.from(body).toString()) as Partial<Report>
  return typeof report.status === 'number' ? (report as Report) : undefined
}

interface Description {
  readonly errorType: string
  readonly message: string
}

/** A message quotes this many lines of the log at most. */
const mostLines = 3

const tooLong = /: line \d+: .*: Argument list too long$/

/** Patterns of bash's own messages about the end of a script, on standard error, with the error type of each. */
const complaints: readonly (readonly [RegExp, string])[] = [
  [/: line \d+: .*: unbound variable$/, 'Function.UnboundVariable'],
  [/: line \d+: .*: command not found$/, 'Function.CommandNotFound'],
  [/: line \d+: syntax error.*|: line \d+: unexpected EOF while looking for matching .*/, 'Function.SyntaxError'],
  [/: line \d+: .*: readonly variable$/, 'Function.ReadonlyVariable'],
  [tooLong, 'Function.CommandNotExecutable'],
  [
    /: line \d+: .*: (Permission denied|Is a directory|cannot execute.*)$|: bad interpreter: /,
    'Function.CommandNotExecutable',
  ],
  [/: line \d+: .*: No such file or directory$/, 'Function.CommandNotFound'],
]

function describe({ status, fault }: Report, tail: readonly string[], handler: string): Description {
  if (!fault)
    return status > 128 && signalOf(status) ? killed(status, handler) : whole(status, tail, handler, lastWords(tail))
  const place = fault.stack[0]?.replace(/^at (?:.* \((?<inside>.*)\)|(?<outside>.*))$/s, '$<inside>$<outside>')
  const where = place ? shorten(place) : handler
  if (!fault.command) return whole(status, tail, where)
  const command = fault.command.length > 300 ? `${fault.command.slice(0, 300)}…` : fault.command
  const complaint = complaintFor(status, tail)
  const ended =
    signalOf(status) && !/^(exit|return)\b/.test(command)
      ? `was ended by ${ending(status)} (exit status ${status})`
      : `ended with exit status ${status}`
  const message = complaint && !complaint.message.includes('No such file') ? `${complaint.message}; ` : ''
  return {
    errorType: complaint?.errorType ?? 'Function.ExitStatus',
    message: `${message}${where}: \`${command}\` ${ended}`,
  }
}

/** Only the status of the whole script and bash's own message are known. */
function whole(status: number, tail: readonly string[], where: string, words = ''): Description {
  const complaint = complaintFor(status, tail)
  if (complaint) return { errorType: complaint.errorType, message: `${complaint.message}; exit status ${status}` }
  return { errorType: 'Function.ExitStatus', message: `${where} ended with exit status ${status}${words}` }
}

/** Where no place is known, the program's own last lines say the most: `awk: line 1: syntax error`. */
function lastWords(tail: readonly string[]): string {
  const text = tail.slice(-mostLines).join(' | ')
  return text === '' ? '' : `: ${text.length > 300 ? `${text.slice(0, 300)}…` : text}`
}

function killed(status: number, handler: string): Description {
  return { errorType: 'Function.Signal', message: `${handler} was ended by ${ending(status)}` }
}

/** The cure: Linux limits arguments and environment together to about 2 MB, and one argument to 128 KB. */
const standardInput = '; give the program its data on standard input, which has no limit'

/** The place at which bash could not start an executable. */
const ours = /^\S*\/driver\/start\.bash: (?:line \d+: )?/

/** bash itself ends a script only with 1, 2, 126 or 127. */
function complaintFor(status: number, tail: readonly string[]): Description | undefined {
  if (![1, 2, 126, 127].includes(status)) return undefined
  const types = complaints.filter(([, type]) => fits(type, status))
  for (const line of tail.slice(-3).toReversed()) {
    for (const [pattern, errorType] of types)
      if (pattern.test(line))
        return { errorType, message: `${line.replace(ours, '')}${pattern === tooLong ? standardInput : ''}` }
  }
  if (status === 127) return { errorType: 'Function.CommandNotFound', message: 'a command was not found' }
  if (status === 126) return { errorType: 'Function.CommandNotExecutable', message: 'a command could not be executed' }
  return undefined
}

function fits(errorType: string, status: number): boolean {
  if (errorType === 'Function.CommandNotFound') return status === 127
  if (errorType === 'Function.CommandNotExecutable') return status >= 126
  return status < 126 || errorType === 'Function.UnboundVariable'
}

/** A shell's status after a signal: 128 and the signal's number. */
/** The signal, and its usual meaning on Linux. */
function ending(status: number): string {
  const signal = signalOf(status)
  return signal === 'SIGKILL' ? 'SIGKILL, perhaps out of memory' : String(signal)
}

function signalOf(status: number): string | undefined {
  // Imported here, because it takes longer to load than this whole file.
  const { signals } = process.getBuiltinModule('node:os').constants
  return Object.entries(signals).find(([, number]) => number === status - 128)?.[0]
}

function shorten(place: string): string {
  return place.slice(place.lastIndexOf('/', place.lastIndexOf(':')) + 1)
}
