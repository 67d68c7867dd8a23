import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnswerInit, Invocation, Plugin, PluginEnv } from '@anyhandler/core'
import sql from '@anyhandler/sql'
import type { SqlOptions } from '@anyhandler/sql'

/** The plugin with its threads, set up for some handlers, without a host around it. */
export class PluginRun {
  readonly log: string[] = []
  readonly #plugin: Plugin
  readonly #env: PluginEnv
  #count = 0

  /** @param handlers names without `.sql`, of files in the task root */
  static async start(
    taskRoot: string,
    handlers: readonly string[],
    options: SqlOptions = {},
    concurrency = 1,
  ): Promise<PluginRun> {
    const run = new PluginRun(await sql(options), taskRoot, handlers, concurrency)
    try {
      await run.#plugin.setup(run.#env)
    } catch (error) {
      await run.close()
      throw error
    }
    return run
  }

  private constructor(plugin: Plugin, taskRoot: string, handlers: readonly string[], concurrency: number) {
    this.#plugin = plugin
    this.#env = {
      taskRoot,
      handlers: handlers.map((name) => ({ name, plugin: 'sql', target: name, file: join(taskRoot, `${name}.sql`) })),
      concurrency,
      variables: {},
      tmp: mkdtempSync(join(tmpdir(), 'anyhandler-sql-')),
      log: (line) => void this.log.push(String(line)),
    }
  }

  /** Resolves with the answer's text; rejects as `invoke` does. @param ms from now to the deadline */
  async invoke(name: string, event: unknown = {}, ms = 10_000): Promise<string> {
    const { body, unshaped } = (await this.#plugin.invoke(this.#invocation(name, event, ms))) as AnswerInit & {
      readonly body: string | Uint8Array
    }
    if (unshaped) return unshaped()
    return typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
  }

  async restore(): Promise<void> {
    await this.#plugin.beforeSnapshot?.(this.#env)
    await this.#plugin.afterRestore?.(this.#env)
  }

  async close(): Promise<void> {
    await this.#plugin.cleanup(this.#env)
    rmSync(this.#env.tmp, { recursive: true, force: true })
  }

  #invocation(name: string, event: unknown, ms: number): Invocation {
    const deadline = Date.now() + ms
    const handler = this.#env.handlers.find((one) => one.name === name)
    if (!handler) throw new Error(`no handler ${name}`)
    this.#count += 1
    return {
      id: `request-${this.#count}`,
      handler,
      event: Buffer.from(JSON.stringify(event)),
      deadline,
      functionArn: '',
      signal: new AbortController().signal,
      remaining: () => Math.max(0, deadline - Date.now()),
    }
  }
}
