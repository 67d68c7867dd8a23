import type { Invocation, PluginEnv } from '../contract.ts'
import type { ChildLanguage } from './child-language.ts'
import { openLog } from './child-log.ts'
import type { LogOutput } from './protocol/log-output.ts'

/** Number of log lines that are kept for an error. */
const tailLength = 20

/** The log of one event: its outputs, and the last lines for the message about a process that has ended. */
export class EventLog {
  readonly #language: ChildLanguage
  readonly #env: PluginEnv
  readonly #invocation: Invocation
  /** Created with the first log line. */
  #outputs: Map<string, LogOutput> | undefined
  readonly #tail: string[] = []

  constructor(language: ChildLanguage, env: PluginEnv, invocation: Invocation) {
    this.#language = language
    this.#env = env
    this.#invocation = invocation
  }

  get tail(): readonly string[] {
    return this.#tail
  }

  of(output: string): LogOutput {
    this.#outputs ??= new Map()
    let log = this.#outputs.get(output)
    if (!log) {
      log = openLog(this.#language.makesRecords ?? false, this.#env, this.#invocation, (line) => this.#keep(line))
      this.#outputs.set(output, log)
    }
    return log
  }

  flush(): void {
    if (this.#outputs) for (const log of this.#outputs.values()) log.flush()
  }

  #keep(line: Buffer): void {
    const text = line.toString('utf8', 0, 2_000)
    const kept = text.split('\n').filter((one) => !this.#language.isOwnLine?.(one))
    if (kept.length > 0) this.#tail.push(kept.join('\n').trimEnd())
    if (this.#tail.length > tailLength) this.#tail.shift()
  }
}
