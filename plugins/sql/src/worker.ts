import { resolve } from 'node:path'
import { mayBeHttp } from '@anyhandler/core'
import type { ThreadTools, ThreadWorkerFactory } from '@anyhandler/core/thread'
import type { SqlAnswer } from './answer/answer.ts'
import { rowText } from './answer/http-row.ts'
import type { HttpRow } from './answer/http-row.ts'
import { findDatabase } from './database/database-file.ts'
import type { DatabaseFile, Journal } from './database/database-file.ts'
import { Engine } from './engine.ts'
import type { EnginePlan } from './engine.ts'
import { registerExtras } from './event/extras.ts'
import { registerFunctions } from './event/functions.ts'
import { registerRequest, requestReader } from './event/request.ts'
import { registerRandom } from './database/random.ts'
import { readHandler } from './handler.ts'
import { databaseFailure, isOutside } from './script/failure.ts'
import { readScript } from './script/script.ts'
import { Session } from './event/session.ts'
import type { FunctionFacts } from './event/session.ts'
import type { Task } from './task.ts'
import { applyFunctions, importFunctions } from './database/user-functions.ts'

export { failure } from './script/failure.ts'

/** The settings of a thread for its whole life. Paths are absolute. */
export interface WorkerOptions {
  readonly taskRoot: string
  /** The process's own folder. */
  readonly tmp: string
  /** Files of the handlers. */
  readonly handlers: readonly string[]
  /** `:memory:`, or a path as the configuration gives it. */
  readonly database: string
  readonly journal: Journal
  /** Folders in which files may be attached for writing. */
  readonly folders: readonly string[]
  readonly migrations?: string
  readonly onConnect?: string
  readonly functions?: string
  /** Values for `env()`; null = allowed, but not set. */
  readonly variables: Readonly<Record<string, string | null>>
  readonly facts: FunctionFacts
}

const factory: ThreadWorkerFactory<WorkerOptions, Task, SqlAnswer> = async (options) => {
  const { taskRoot, tmp, functions } = options
  // Lines before the first event are kept for it.
  const early: string[] = []
  let tools: ThreadTools | undefined
  const log = (line: string): void => {
    if (tools) tools.post(line)
    else early.push(line)
  }
  let restored = 0
  const session = new Session(options.facts, log)
  const module = functions === undefined ? undefined : await importFunctions(functions)
  const scripts = options.handlers.map((file) => readHandler(file, taskRoot))
  const onConnect = options.onConnect === undefined ? undefined : readScript(options.onConnect, taskRoot, 'connection')
  const readRequest = await requestReader(onConnect ? [...scripts, onConnect] : scripts)
  const plan: EnginePlan = {
    file: database(options, log),
    places: { taskRoot, folders: options.folders },
    tmp,
    migrations: options.migrations,
    onConnect,
    scripts,
    note: log,
    register: (db) => {
      // A user's function replaces one of these.
      registerExtras(db, session)
      if (readRequest) registerRequest(db, session, readRequest)
      if (module) applyFunctions(db, functions as string, module)
      registerFunctions(db, session, options.variables)
      if (restored > 0) registerRandom(db)
    },
  }
  const engine = new Engine(plan, session)
  return {
    run: (task, ofTask) => {
      tools = ofTask
      for (const line of early.splice(0)) log(line)
      if (task[5] !== restored) {
        restored = task[5]
        engine.close()
      }
      session.begin(task)
      try {
        const answer = engine.run(task[0], task[3])
        if (answer instanceof Uint8Array) ofTask.move(answer.buffer as ArrayBuffer)
        // A finished text is cheaper to send than the parts for the host.
        return Array.isArray(answer) && !mayBeHttp(task[1]) ? rowText(answer as HttpRow) : answer
      } finally {
        session.end()
      }
    },
    close: () => engine.close(),
  }
}

function database(
  { database: name, journal, taskRoot, tmp }: WorkerOptions,
  note: (line: string) => void,
): DatabaseFile {
  try {
    return findDatabase(name, journal, { taskRoot, tmp, note })
  } catch (error) {
    throw isOutside(error) ? databaseFailure(error, resolve(taskRoot, name), 'load') : error
  }
}

export default factory
