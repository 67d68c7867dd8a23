import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PluginFactory } from '../contract.ts'
import { caseNames } from './conformance/case-names.ts'
import type { CaseKey } from './conformance/case-names.ts'
import type { LanguageTraits } from '../language.ts'
import { checkHandlers, readHandler } from './conformance/handlers.ts'
import type { CannotDo, ConformanceHandlers } from './conformance/handlers.ts'
import type { Subject } from './conformance/subject.ts'

const defaultLimitMs = 30_000
/** Additional time to end a hanging host. Milliseconds. */
const clearingMs = 20_000

export interface ConformanceOptions<Options> {
  /**
   * The folder with the handlers; the working directory when absent. A configuration file in it counts as it does for
   * the host.
   */
  readonly taskRoot?: string | URL
  /**
   * A configuration file instead of the one in the task root, for example to run the cases with `transport: undici`.
   */
  readonly configFile?: string | URL
  /** Passed to the plugin's factory; `{}` when absent. */
  readonly options?: Options
  /** The rules by which the host finds the language's handlers, as in a configuration: `{ functions: 'first-dot' }`. */
  readonly language?: LanguageTraits
  /** Further environment variables. */
  readonly variables?: Readonly<Record<string, string>>
  /**
   * `file:` URL of the module whose default export is the factory. With it the case `hang` runs the host in a separate
   * process. Languages need this if their running code can't be interrupted (native code in a thread). `options` must
   * then be JSON.
   */
  readonly module?: string | URL
  /** Time after which a case fails and names its current step. Milliseconds; 30,000 when absent. */
  readonly limitMs?: number
}

/** A case for any test runner: `for (const { name, timeout, run } of conformance(…)) test(name, { timeout }, run)`. */
export interface ConformanceTest {
  readonly key: CaseKey
  /** A sentence in the present tense; with the reason if the language can't do it. */
  readonly name: string
  /**
   * Timeout for the test runner, in milliseconds: longer than the case's own limit, so that `run` can report its
   * current step.
   */
  readonly timeout: number
  /** Rejects with an error that describes the difference. */
  readonly run: () => Promise<void>
  /** The reason why the language can't do this; `run` then does nothing. */
  readonly cannot?: string
}

/**
 * The cases that every language plugin must pass, run on the real host against the Runtime API in this process.
 *
 * docs/testing.md and each case describe the handlers. Run the cases one after another and alone in the process,
 * because processes and descriptors are counted. Needs Linux (`/proc`). One case takes a few seconds at most.
 *
 * @param handlers a handler for every case; for a case that the language can't do `{ handler: null, reason: '…' }`
 * @throws TypeError when a case's key is missing or unknown
 */
export function conformance<Options>(
  factory: PluginFactory<Options>,
  handlers: ConformanceHandlers,
  {
    taskRoot = process.cwd(),
    configFile,
    options,
    language = {},
    variables = {},
    module,
    limitMs = defaultLimitMs,
  }: ConformanceOptions<Options> = {},
): readonly ConformanceTest[] {
  checkHandlers(handlers)
  const subject: Omit<Subject, 'endsAt'> = {
    factory: factory as PluginFactory<never>,
    options: options ?? {},
    language,
    taskRoot: realpathSync(pathOf(taskRoot)),
    ...(configFile !== undefined && { configFile: realpathSync(pathOf(configFile)) }),
    variables,
    module: module?.toString(),
  }
  return (Object.keys(caseNames) as CaseKey[]).map((key) => testOf(key, handlers[key], subject, limitMs))
}

function pathOf(place: string | URL): string {
  return place instanceof URL ? fileURLToPath(place) : place
}

function testOf(
  key: CaseKey,
  given: ConformanceHandlers[CaseKey],
  subject: Omit<Subject, 'endsAt'>,
  limitMs: number,
): ConformanceTest {
  const name = `${key}: ${caseNames[key]}`
  const handler = readHandler(given)
  const timeout = limitMs + clearingMs
  if (!handler) {
    const { reason } = given as CannotDo
    return {
      key,
      name: `${name} (this language can't: ${reason})`,
      timeout,
      run: async () => {},
      cannot: reason,
    }
  }
  const run = async (): Promise<void> => {
    // Loaded with the first case, so that users of the server alone don't pay for it.
    const { cases } = await import('./conformance/cases.ts')
    await cases[key]({ ...subject, endsAt: Date.now() + limitMs }, handler)
  }
  return { key, name, timeout, run }
}
