import { HostError } from '@anyhandler/core'

/** `plugins.bash.options` of the configuration. */
export interface BashOptions {
  /** The bash that runs the handlers: a name that is looked up on PATH, or a path, relative to the task root. `bash` when absent. */
  readonly interpreter?: string
  /** Handlers run with errexit, nounset, pipefail and inherit_errexit. `false` when absent. */
  readonly strict?: boolean
  /** Where handlers write their answer: `stdout`, the default, or `stderr`, as bash-lambda-layer has it; stdout is log then. */
  readonly answer?: 'stdout' | 'stderr'
  /** Exit statuses that are no failure but an HTTP status: `{ 4: 404 }`. */
  readonly statuses?: Readonly<Record<string, number>>
  /** Content type of answers without one of their own. `application/json` when absent. */
  readonly contentType?: string
  /** Whether an error that goes to the invoker may hold lines that the handler wrote to its outputs. `true` when absent. */
  readonly errorOutput?: boolean
}

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string' && value.trim() !== '' && !/[\0\r\n]/.test(value)

const allowed: { readonly [Key in keyof Required<BashOptions>]: readonly [Check, string] } = {
  interpreter: [isText, 'the name or the path of a bash, such as /usr/local/bin/bash'],
  strict: [(value) => typeof value === 'boolean', 'true or false'],
  answer: [(value) => value === 'stdout' || value === 'stderr', "'stdout' or 'stderr'"],
  statuses: [isStatusMap, 'exit statuses (0 to 255) with HTTP statuses (100 to 599), such as { 4: 404 }'],
  contentType: [isText, 'a content type, such as text/plain; charset=utf-8'],
  errorOutput: [(value) => typeof value === 'boolean', 'true or false'],
}

/** @throws HostError `Runtime.InvalidConfiguration` with the key's path, what was found and what is allowed. */
export function checkOptions(options: unknown): BashOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw invalid('plugins.bash.options', options, 'a mapping')
  for (const [key, value] of Object.entries(options)) {
    if (!Object.hasOwn(allowed, key)) {
      throw new HostError(
        'Runtime.InvalidConfiguration',
        `plugins.bash.options.${key} is not known; there are ${Object.keys(allowed).join(', ')}`,
      )
    }
    const [check, text] = allowed[key as keyof BashOptions]
    if (value !== undefined && !check(value)) throw invalid(`plugins.bash.options.${key}`, value, text)
  }
  return options
}

function isStatusMap(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(value).every(
    ([exit, http]) =>
      /^\d{1,3}$/.test(exit) && Number(exit) <= 255 && Number.isInteger(http) && http >= 100 && http <= 599,
  )
}

function invalid(key: string, value: unknown, text: string): HostError {
  return new HostError('Runtime.InvalidConfiguration', `${key} is ${JSON.stringify(value)}; it must be ${text}`)
}
