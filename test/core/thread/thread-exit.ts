/** A process that exits with 7 while a thread of its starts: for the test of it. */
import { existsSync } from 'node:fs'
import { ThreadPool } from '@anyhandler/core/thread'

const [, , file = ''] = process.argv
const threads = new ThreadPool({
  module: new URL('thread-module.ts', import.meta.url),
  options: { slow: { ms: 200, file } },
  size: 1,
})
void threads.start()
setInterval(() => existsSync(file) && process.exit(7), 5)
