/** A worker module for the lane's tests. */
import { writeFileSync } from 'node:fs'
import { threadId } from 'node:worker_threads'
import Database from 'better-sqlite3'
import type { ThreadTools } from '@anyhandler/core/thread'

type Task = { readonly do: string; readonly text?: string }

export default function factory(options: {
  readonly broken?: boolean
  readonly slow?: { readonly ms: number; readonly file: string }
}) {
  if (options.broken) throw new TypeError('the options are broken')
  if (options.slow) {
    writeFileSync(options.slow.file, 'started')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, options.slow.ms)
    writeFileSync(options.slow.file, 'loaded')
  }
  let kept = new Uint8Array()
  return {
    run(task: Task, tools: ThreadTools): unknown {
      switch (task.do) {
        case 'echo':
          return task.text
        case 'id':
          return threadId
        case 'throw':
          throw new RangeError('out of range')
        case 'exit':
          return process.exit(3)
        case 'spin':
          for (;;);
        case 'native':
          return new Database(':memory:')
            .prepare('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n')
            .get()
        case 'flood':
          for (;;) tools.post('again')
        case 'post':
          tools.post('one')
          tools.post('two')
          return 'posted'
        case 'move':
          kept = new Uint8Array(Buffer.from(task.text ?? ''))
          tools.move(kept.buffer)
          if (task.text === 'throw') throw new RangeError('out of range')
          return kept
        case 'kept':
          return kept.byteLength
        case 'slow':
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30)
          return 'slow'
        default:
          throw new Error(`unknown task ${task.do}`)
      }
    },
  }
}

export function failure(thrown: unknown) {
  const error = thrown as Error
  return { errorType: error.constructor.name, message: error.message }
}
