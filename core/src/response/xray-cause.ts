/** The platform crops a much larger header, and refuses one of a mebibyte. */
const maxCause = 64 * 1024
const ascii = /^[\u0020-\u007e]*$/

/** Steps by which message and stack are shortened until the whole fits. */
const sizes = [
  { characters: 10_000, frames: 200 },
  { characters: 2_000, frames: 20 },
  { characters: 200, frames: 0 },
] as const

interface Described {
  readonly errorType: string
  readonly message: string
  readonly stackTrace: readonly string[]
}

/**
 * `Lambda-Runtime-Function-XRay-Error-Cause`: X-Ray's exception format as one line of ASCII, 64 KiB at most.
 *
 * @param own the language's own text, used if a header can carry it
 * @returns `undefined` when it would exceed its limits
 */
export function xrayCauseOf({ errorType, message, stackTrace }: Described, own?: string): string | undefined {
  if (own !== undefined && own.length <= maxCause && ascii.test(own)) return own
  for (const { characters, frames } of sizes) {
    const cause = asciiJson({
      working_directory: workingDirectory(),
      exceptions: [
        {
          type: errorType.slice(0, 200),
          message: message.slice(0, characters),
          stack: stackTrace.slice(0, frames).map((label) => frameOf(label)),
        },
      ],
      paths: [],
    })
    if (cause.length <= maxCause) return cause
  }
  return undefined
}

function workingDirectory(): string {
  try {
    return process.cwd()
  } catch {
    // The folder was removed.
    return ''
  }
}

/**
 * `File "app.py", line 3, in handler` and `at app.sh:3`: path and line if they can be recognised, the whole text as
 * label.
 */
function frameOf(label: string): { readonly path: string; readonly line: number; readonly label: string } {
  const short = label.slice(0, 500)
  const match = /File "(?<python>[^"]+)", line (?<pythonLine>\d+)|(?<path>[^\s():]+\.\w+):(?<line>\d+)/.exec(short)
  const { python, pythonLine, path, line } = match?.groups ?? {}
  return { path: python ?? path ?? '', line: Number(pythonLine ?? line ?? 0), label: short }
}

/** JSON with escapes for all characters that a header can't carry. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
