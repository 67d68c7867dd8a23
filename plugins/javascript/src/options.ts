import { checkOptions as check } from '@anyhandler/core'
import type { OptionRules } from '@anyhandler/core'

/** `plugins.javascript.options` of the configuration. */
export interface JavaScriptOptions {
  /** The Node that runs the handlers: a name that is looked up on PATH, or a path, relative to the task root. The host's own when absent. */
  readonly interpreter?: string
  /** Leave alone what a handler starts during an event: a browser, say, that the next event uses again. `false` when absent. */
  readonly keepProcesses?: boolean
  /** What each of several events at a time has to itself: a thread of one process, or a process. `thread` when absent. */
  readonly isolation?: 'thread' | 'process'
}

/** For the schema of configurations, too. */
export const rules: OptionRules<JavaScriptOptions> = {
  interpreter: { type: 'string', allowed: 'the name or the path of a Node, such as node22' },
  keepProcesses: { type: 'boolean' },
  isolation: { type: 'string', values: ['thread', 'process'] },
}

/** @throws HostError `Runtime.InvalidConfiguration` */
export function checkOptions(given: unknown): JavaScriptOptions {
  return check('plugins.javascript.options', given, rules)
}
