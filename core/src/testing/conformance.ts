import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PluginFactory } from '../contract.ts'
import { cases } from './conformance/cases.ts'
import type { CaseKey } from './conformance/cases.ts'
import { checkHandlers } from './conformance/handlers.ts'
import type { ConformanceHandlers } from './conformance/handlers.ts'
import type { Subject } from './conformance/subject.ts'

export interface ConformanceOptions<Options> {
  /** The folder with the handlers; the working directory when absent. A configuration file in it counts as it does for the host. */
  readonly taskRoot?: string | URL
  /** For the factory; `{}` when absent. */
  readonly options?: Options
  /** Further environment variables. */
  readonly variables?: Readonly<Record<string, string>>
  /**
   * `file:` URL of the module whose default export the factory is. With it the case `hang` runs the host in a process of its own, which
   * languages need whose running code can't be interrupted (native code in a thread). `options` must be JSON then.
   */
  readonly module?: string | URL
}

/** A case for any test runner: `for (const { name, run } of conformance(…)) test(name, run)`. */
export interface ConformanceTest {
  readonly key: CaseKey
  /** A sentence in the present tense; for what the language can't do with the reason. */
  readonly name: string
  /** Rejects with what doesn't hold. */
  readonly run: () => Promise<void>
  /** Why the language can't do it; `run` does nothing then. */
  readonly cannot?: string
}

/**
 * The cases that every language plugin must pass, run on the real host against the Runtime API in this process.
 *
 * What each handler must do is told at each case and in docs/testing.md. Run the cases one after another and nothing else beside them in the same
 * process: processes and descriptors are counted. Needs Linux (`/proc`). One case takes a few seconds at most.
 *
 * @param handlers a handler for every case; what the language can't do is `{ handler: null, reason: '…' }`
 * @throws TypeError when a case's key is missing or unknown
 */
export function conformance<Options>(
  factory: PluginFactory<Options>,
  handlers: ConformanceHandlers,
  { taskRoot = process.cwd(), options, variables = {}, module }: ConformanceOptions<Options> = {},
): readonly ConformanceTest[] {
  const keys = Object.keys(cases) as CaseKey[]
  checkHandlers(handlers, keys)
  const subject: Subject = {
    factory: factory as PluginFactory<never>,
    options: options ?? {},
    taskRoot: realpathSync(taskRoot instanceof URL ? fileURLToPath(taskRoot) : taskRoot),
    variables,
    module: module?.toString(),
  }
  return keys.map((key) => testOf(key, handlers[key], subject))
}

function testOf(key: CaseKey, given: ConformanceHandlers[CaseKey], subject: Subject): ConformanceTest {
  const { name, run } = cases[key]
  const handler = typeof given === 'string' ? { handler: given } : given
  if (handler.handler === null) {
    return { key, name: `${key}: ${name} (this language can't: ${handler.reason})`, run: async () => {}, cannot: handler.reason }
  }
  return { key, name: `${key}: ${name}`, run: () => run(subject, handler) }
}
