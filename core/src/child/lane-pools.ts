import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { HandlerRef, PluginEnv } from '../contract.ts'
import { HandlerError } from '../errors.ts'
import { LanePool } from '../lane/pool.ts'
import type { ChildLanguage, DriverCommand } from './child-language.ts'
import { ChildLane } from './lane/child-lane.ts'
import { encodeFields } from './protocol/fields.ts'
import { LineSplitter } from './protocol/lines.ts'
import type { HookPhase } from './protocol/messages.ts'
import type { ChildTask } from './protocol/task.ts'

export type ChildPool = LanePool<ChildTask, Buffer>

/** The warm drivers of a language: a pool for each handler, opened when the handler is first asked for. */
export class LanePools {
  readonly #language: ChildLanguage
  readonly #env: PluginEnv
  readonly #pools = new Map<string, Promise<ChildPool>>()
  /** With the folder that each has to itself. */
  readonly #lanes = new Map<ChildLane, string | undefined>()
  #folders = 0
  #command: DriverCommand | undefined

  constructor(language: ChildLanguage, env: PluginEnv) {
    this.#language = language
    this.#env = env
  }

  /** @throws what the language's `command`, or the start of a driver, says */
  of(handler: HandlerRef): Promise<ChildPool> {
    let pool = this.#pools.get(handler.name)
    if (!pool) {
      pool = this.#open(handler)
      this.#pools.set(handler.name, pool)
      pool.catch(() => this.#pools.delete(handler.name))
    }
    return pool
  }

  async runHooks(phase: HookPhase): Promise<void> {
    for (const lane of this.#lanes.keys()) {
      if (!lane.alive) continue
      const reply = await lane.hook(phase)
      if (!reply.ok) throw new HandlerError({ ...reply.error, logged: this.#language.logsFailures ?? false })
    }
  }

  async close(): Promise<void> {
    const open = [...this.#pools.values()]
    this.#pools.clear()
    await Promise.all(
      open.map((pool) =>
        pool.then(
          (opened) => opened.close(),
          () => {},
        ),
      ),
    )
  }

  async #open(handler: HandlerRef): Promise<ChildPool> {
    const { concurrency, log } = this.#env
    this.#command ??= await this.#language.command(this.#env)
    const command = this.#command
    const onLost = (reason: Error): void =>
      log(`a worker of ${handler.name} is replaced: ${reason.message}`, { level: 'WARN' })
    const pool: ChildPool = new LanePool(() => this.#openLane(handler, command), concurrency, { onLost })
    try {
      await pool.start()
    } catch (error) {
      await pool.close()
      throw error
    }
    return pool
  }

  async #openLane(handler: HandlerRef, command: DriverCommand): Promise<ChildLane> {
    const language = this.#language
    const env = this.#env
    const { logsFailures = false, filtersItsOwnLog = false, ownFolder = false, outputs } = language
    const { file, args, variables = env.variables, cure = defaultCure(language.name) } = command
    const stray = new LineSplitter((line) => env.log(line, { unfiltered: filtersItsOwnLog }))
    // Events that run side by side must not meet in the temporary folder.
    const folder = env.concurrency > 1 || ownFolder ? join(env.tmp, `lane-${(this.#folders += 1)}`) : undefined
    if (folder !== undefined) mkdirSync(ownFolder ? join(folder, 'tmp') : folder, { recursive: true, mode: 0o700 })
    const lane = await ChildLane.open({
      name: language.name,
      file,
      args,
      variables: env.concurrency > 1 ? { ...variables, TMPDIR: folder as string } : variables,
      cure,
      load: encodeFields({
        name: handler.name,
        target: handler.target,
        file: handler.file,
        function: handler.function,
        cause: '1',
        ...language.load?.(handler, env),
        ...(ownFolder && { tmp: folder }),
      }),
      outputs: Object.keys(outputs),
      cwd: env.taskRoot,
      tmp: env.tmp,
      logsFailures,
      // A result that no event waits for any more is nothing.
      onStray(output, chunk) {
        if (outputs[output] !== 'result') stray.push(chunk)
      },
    })
    this.#lanes.set(lane, folder)
    void lane.ended.then(() => this.#forget(lane, folder))
    return lane
  }

  #forget(lane: ChildLane, folder: string | undefined): void {
    this.#lanes.delete(lane)
    try {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    } catch {
      // Something still writes there: it goes with the host's folder.
    }
  }
}

function defaultCure(language: string): string {
  return `install it, or name another program in plugins.${language}.options.interpreter`
}
