import { checkOptions as check } from '@anyhandler/core'
import type { OptionRules } from '@anyhandler/core'

/** `plugins.javascript.options` of the configuration. */
export interface JavaScriptOptions {
  /**
   * The Node that runs the handlers: a name on PATH, or a path relative to the task root. The host's own when absent.
   */
  readonly interpreter?: string
  /**
   * Keep processes that a handler starts during an event, such as a browser that later events use. `false` when absent.
   */
  readonly keepProcesses?: boolean
  /** The worker of each of several simultaneous events: a thread of one process, or a process. `thread` when absent. */
  readonly isolation?: 'thread' | 'process'
}

/** Exported for the schema of configurations, too. */
export const rules: OptionRules<JavaScriptOptions> = {
  interpreter: { type: 'string', allowed: 'the name or the path of a Node, such as node22' },
  keepProcesses: { type: 'boolean' },
  isolation: { type: 'string', values: ['thread', 'process'] },
}

/** @throws HostError `Runtime.InvalidConfiguration` */
export function checkOptions(given: unknown): JavaScriptOptions {
  return check('plugins.javascript.options', given, rules)
}
