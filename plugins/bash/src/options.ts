import { checkOptions as check } from '@anyhandler/core'
import type { OptionRules } from '@anyhandler/core'

/** `plugins.bash.options` of the configuration. */
export interface BashOptions {
  /** The bash that runs the handlers: a name on PATH, or a path relative to the task root. `bash` when absent. */
  readonly interpreter?: string
  /** Handlers run with errexit, nounset, pipefail and inherit_errexit. `false` when absent. */
  readonly strict?: boolean
  /**
   * The output with the answer: `stdout`, the default, or `stderr`, as in bash-lambda-layer; stdout then goes to the
   * log.
   */
  readonly answer?: 'stdout' | 'stderr'
  /** Exit statuses that mean an HTTP status instead of a failure: `{ 4: 404 }`. */
  readonly statuses?: Readonly<Record<string, number>>
  /** Content type of answers that set none. `application/json` when absent. */
  readonly contentType?: string
  /** True if an error for the invoker may contain lines of the handler's output. `true` when absent. */
  readonly errorOutput?: boolean
}

/** Exported for the schema of configurations, too. */
export const rules: OptionRules<BashOptions> = {
  interpreter: { type: 'string', allowed: 'the name or the path of a bash, such as /usr/local/bin/bash' },
  strict: { type: 'boolean' },
  answer: { type: 'string', values: ['stdout', 'stderr'] },
  statuses: {
    type: 'mapping',
    keys: /^0*(?:\d{1,2}|1\d\d|2[0-4]\d|25[0-5])$/,
    keyAllowed: 'an exit status from 0 to 255',
    items: { type: 'integer', min: 100, max: 599, allowed: 'an HTTP status from 100 to 599' },
    allowed: 'exit statuses with HTTP statuses, such as { 4: 404 }',
  },
  contentType: { type: 'string', allowed: 'a content type, such as text/plain; charset=utf-8' },
  errorOutput: { type: 'boolean' },
}

/** @throws HostError `Runtime.InvalidConfiguration` */
export function checkOptions(given: unknown): BashOptions {
  return check('plugins.bash.options', given, rules)
}
