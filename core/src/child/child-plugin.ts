import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ChildInvocation } from './child-invocation.ts'
import type { Awaitable, HandlerRef, Invocation, Plugin, PluginEnv } from '../contract.ts'
import { HandlerError } from '../errors.ts'
import { ChildLane } from './lane/child-lane.ts'
import type { ChildTask, HookPhase } from './lane/child-lane.ts'
import type { TaskFailure } from '../lane/lane.ts'
import { LineSplitter } from './lines.ts'
import { LanePool } from '../lane/pool.ts'

export interface DriverCommand {
  /** Program: looked up on the PATH of `variables`, or an absolute path. */
  readonly file: string
  readonly args: readonly string[]
  /** The environment; `env.variables` when absent. */
  readonly variables?: Readonly<Record<string, string>>
  /** How to get the program if it is missing: the end of the sentence "python3 was not found on PATH; …". */
  readonly cure?: string
}

/** What a child language says about itself; everything else is the same for all of them. */
export interface ChildLanguage {
  readonly name: string
  readonly extensions: readonly string[]
  /** Asked once, in `setup`. Throw a `HostError` when the interpreter can't be used. */
  command(env: PluginEnv): Awaitable<DriverCommand>
  /**
   * What the driver's named outputs are: `log` lines of the handler, or the `result`'s bytes. With more than one result, the first name in
   * this object that yielded a byte is the answer and the others are log. Without any, the answer is the `done` frame's payload.
   */
  readonly outputs: Readonly<Record<string, 'log' | 'result'>>
  /** Further `key=value` pairs of the `context` frame. */
  context?(invocation: Invocation): Readonly<Record<string, string>>
  /** Further `key=value` pairs of the `load` frame. */
  load?(handler: HandlerRef, env: PluginEnv): Readonly<Record<string, string>>
  /** Each driver gets a folder of its own, with an empty folder `tmp` in it for its events: the `load` frame's `tmp` names it. */
  readonly ownFolder?: boolean
  /** Content type of an answer whose `head` has none; `application/json` when absent. */
  readonly contentType?: string
  /** The driver writes the failures that it reports to the log itself: the host doesn't once more. */
  readonly logsFailures?: boolean
  /** It applies `AWS_LAMBDA_LOG_LEVEL` to its log itself; what is printed has no level there, and is never dropped. Without it, a printed line is of level INFO. */
  readonly filtersItsOwnLog?: boolean
  /** Completes a failure before it is sent; gets the last lines (at most 20) of the outputs that are log. */
  failure?(failure: TaskFailure, tail: readonly string[]): TaskFailure
}

type ChildPool = LanePool<ChildTask, Buffer>

/** A plugin for a language whose driver speaks the frame protocol of docs/child-languages.md. */
export function childPlugin(language: ChildLanguage): Plugin {
  const pools = new Map<string, Promise<ChildPool>>()
  /** With the folder that each has to itself. */
  const lanes = new Map<ChildLane, string | undefined>()
  let folders = 0
  const { logsFailures = false } = language
  let setupEnv: PluginEnv | undefined
  let command: DriverCommand | undefined

  const open = async (handler: HandlerRef, env: PluginEnv): Promise<ChildPool> => {
    command ??= await language.command(env)
    const {
      file,
      args,
      variables = env.variables,
      cure = `install it, or name another program in plugins.${language.name}.options.interpreter`,
    } = command
    const common = {
      name: handler.name,
      target: handler.target,
      file: handler.file,
      function: handler.function,
      cause: '1',
      ...language.load?.(handler, env),
    }
    const pool: ChildPool = new LanePool(async () => {
      const stray = new LineSplitter((line) => env.log(line, { unfiltered: language.filtersItsOwnLog ?? false }))
      // A result that no event waits for any more is nothing.
      const onStray = (output: string, chunk: Buffer): void => {
        if (language.outputs[output] !== 'result') stray.push(chunk)
      }
      // Events that run side by side must not meet in the temporary folder.
      const folder = env.concurrency > 1 || language.ownFolder ? join(env.tmp, `lane-${(folders += 1)}`) : undefined
      if (folder !== undefined)
        mkdirSync(language.ownFolder ? join(folder, 'tmp') : folder, { recursive: true, mode: 0o700 })
      const own = env.concurrency > 1 ? { ...variables, TMPDIR: folder as string } : variables
      const load = lines({ ...common, ...(language.ownFolder && { tmp: folder }) })
      const lane = await ChildLane.open({
        file,
        args,
        variables: own,
        cure,
        load,
        cwd: env.taskRoot,
        tmp: env.tmp,
        logsFailures,
        onStray,
      })
      forgetDead()
      lanes.set(lane, folder)
      return lane
    }, env.concurrency)
    try {
      await pool.start()
    } catch (error) {
      await pool.close()
      throw error
    }
    return pool
  }
  const poolFor = (handler: HandlerRef, env: PluginEnv): Promise<ChildPool> => {
    let pool = pools.get(handler.name)
    if (!pool) {
      pool = open(handler, env)
      pools.set(handler.name, pool)
      pool.catch(() => pools.delete(handler.name))
    }
    return pool
  }

  const forgetDead = (): void => {
    for (const [lane, folder] of lanes) {
      if (lane.alive) continue
      lanes.delete(lane)
      try {
        if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
      } catch {
        // Something still writes there: it goes with the host's folder.
      }
    }
  }
  const runHooks = async (phase: HookPhase): Promise<void> => {
    for (const lane of lanes.keys()) {
      if (!lane.alive) continue
      const reply = await lane.hook(phase)
      if (!reply.ok) throw new HandlerError({ ...reply.error, logged: logsFailures })
    }
  }

  return {
    name: language.name,
    extensions: language.extensions,
    async setup(env) {
      setupEnv = env
      await Promise.all(env.handlers.map((handler) => poolFor(handler, env)))
    },
    async invoke(invocation) {
      if (!setupEnv) throw new Error(`the ${language.name} plugin was not set up`)
      const pool = await poolFor(invocation.handler, setupEnv)
      return new ChildInvocation(language, setupEnv, invocation).run(pool)
    },
    beforeSnapshot: () => runHooks('before-snapshot'),
    afterRestore: () => runHooks('after-restore'),
    async cleanup() {
      const open = [...pools.values()]
      pools.clear()
      lanes.clear()
      await Promise.all(
        open.map((pool) =>
          pool.then(
            (opened) => opened.close(),
            () => {},
          ),
        ),
      )
    },
  }
}

/** The payload of a `load` or `context` frame; keys without a value are left out. */
function lines(values: Readonly<Record<string, string | undefined>>): string {
  let text = ''
  for (const [key, value] of Object.entries(values)) if (value !== undefined) text += `${key}=${value}\n`
  return text
}
