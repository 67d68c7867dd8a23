import { extname } from 'node:path'
import { answer, HandlerError, HostError } from '@anyhandler/core'
import type { Answer, Invocation, PluginEnv, PluginFactory, Reply } from '@anyhandler/core'
import { ThreadPool } from '@anyhandler/core/thread'
import { httpAnswer } from './answer/http-row.ts'
import type { SqlAnswer } from './answer/answer.ts'
import { checkOptions } from './options.ts'
import type { SqlOptions } from './options.ts'
import { taskOf } from './task.ts'
import type { Task } from './task.ts'
import { workerOptions } from './worker-options.ts'

export type {
  AggregateOptions,
  FunctionModule,
  FunctionOptions,
  FunctionRegistry,
  FunctionResult,
  SqlFunction,
  TableOptions,
} from './event/function-registry.ts'
export type { SqlValue } from './event/document.ts'
export type { SqlOptions } from './options.ts'

/** SQL handlers: each file is one, each event one transaction; the queries run in threads. */
const sql: PluginFactory<SqlOptions> = (given) => {
  const options = checkOptions(given)
  let env: PluginEnv
  let pool: ThreadPool<Task, SqlAnswer> | undefined
  let restored = 0

  return {
    name: 'sql',
    http: 'shape',
    extensions: ['.sql'],
    // A query that can't be stopped takes processor time from the host, which must answer and ask for the next event
    // meanwhile.
    marginMs: 250,

    async setup(given) {
      env = given
      const module = new URL(`worker${extname(import.meta.url)}`, import.meta.url)
      const parallel = Math.max(1, ...env.handlers.map((handler) => handler.parallel ?? 1))
      const size = env.concurrency * parallel
      pool = new ThreadPool({ module, options: workerOptions(options, env), size })
      await pool.start()
    },

    invoke(invocation: Invocation) {
      if (!pool) throw new HostError('Runtime.ShuttingDown', { problem: 'the runtime is shutting down' })
      const reply = pool.run(taskOf(invocation, restored), {
        signal: invocation.alarm ?? invocation.signal,
        onMessage: (line) => env.log(line as string, { invocation }),
      })
      return reply instanceof Promise ? reply.then(answerOf) : answerOf(reply)
    },

    async cleanup() {
      const closing = pool
      pool = undefined
      await closing?.close()
    },

    /**
     * Connections are opened again, and random numbers come from another source than SQLite's, which all copies of a
     * snapshot would repeat.
     */
    afterRestore() {
      restored += 1
      return Promise.resolve()
    },
  }
}

function answerOf(reply: Reply<SqlAnswer>): Answer {
  if (!reply.ok) throw new HandlerError(reply.error)
  const { value } = reply
  if (typeof value === 'string' || value instanceof Uint8Array) return answer({ body: value })
  return answer('body' in value ? value : httpAnswer(value))
}

export default sql
