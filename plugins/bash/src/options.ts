import { checkOptions as check } from '@anyhandler/core'
import type { OptionRules } from '@anyhandler/core'

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

/** For the schema of configurations, too. */
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
