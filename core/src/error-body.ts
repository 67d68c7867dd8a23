import { HandlerError, HostError, messageOf } from './errors.ts'

/** An error as it is posted to `/error` and `/init/error`. */
export interface ErrorReport {
  readonly errorType: string
  readonly message: string
  readonly stackTrace: readonly string[]
  /** `{errorMessage, errorType, stackTrace}`, unless the plugin made a body of its own. */
  readonly body: Uint8Array
  /** `Lambda-Runtime-Function-XRay-Error-Cause`; absent when it could not be kept within its bounds. */
  readonly xrayCause?: string
}

/** A header much larger than this is cropped by the platform, which rather refuses one of a mebibyte. */
const maxCause = 64 * 1024

/** What went wrong, whoever threw it: the handler's own failure, the host's fault, or the plugin's. */
export function reportError(thrown: unknown): ErrorReport {
  if (HandlerError.is(thrown)) return report(thrown.errorType, thrown.message, thrown.stackTrace, thrown.body)
  if (HostError.is(thrown)) return report(thrown.code, thrown.message, [])
  return report('Runtime.PluginError', `the plugin failed: ${messageOf(thrown)}`, thrown instanceof Error ? stackOf(thrown) : [])
}

function report(errorType: string, message: string, stackTrace: readonly string[], body?: Uint8Array): ErrorReport {
  const xrayCause = causeOf(errorType, message, stackTrace)
  return {
    errorType,
    message,
    stackTrace,
    body: body ?? Buffer.from(JSON.stringify({ errorMessage: message, errorType, stackTrace })),
    ...(xrayCause !== undefined && { xrayCause }),
  }
}

function stackOf(error: Error): readonly string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim())
}

/** X-Ray's exception format, as one line of ASCII. */
function causeOf(errorType: string, message: string, stackTrace: readonly string[]): string | undefined {
  const make = (text: string, labels: readonly string[]): string =>
    asciiJson({
      working_directory: process.cwd(),
      exceptions: [{ type: errorType, message: text, stack: labels.map((label) => frameOf(label)) }],
      paths: [],
    })
  for (const [characters, frames] of [
    [16_000, 200],
    [2_000, 20],
    [200, 0],
  ] as const) {
    const cause = make(message.slice(0, characters), stackTrace.slice(0, frames))
    if (cause.length <= maxCause) return cause
  }
  return undefined
}

/** `File "app.py", line 3, in handler` and `at app.sh:3`: path and line where they can be told, the whole text as label. */
function frameOf(label: string): { readonly path: string; readonly line: number; readonly label: string } {
  const match = /File "(?<python>[^"]+)", line (?<pythonLine>\d+)|(?<path>[^\s():]+\.\w+):(?<line>\d+)/.exec(label)
  const { python, pythonLine, path, line } = match?.groups ?? {}
  return { path: python ?? path ?? '', line: Number(pythonLine ?? line ?? 0), label: label.slice(0, 1_000) }
}

/** JSON in which everything a header can't carry is escaped. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
