/** A process that runs cases, started by {@link WorkerProcess}; it is told what to do through the channel of `child_process.fork`. */
import { rmSync } from 'node:fs'
import { CaseWorker } from './case-worker.ts'
import type { JobResult, ToWorker } from './job.ts'

const mostAttempts = 20

let worker: CaseWorker | undefined
let runFolder: string | undefined

// A terminal sends it to the whole group: the command ends its workers itself.
process.on('SIGINT', () => {})

process.on('disconnect', () => {
  // The command was killed: nobody else removes what it has made. Other workers do the same at this time, and handlers still write.
  for (let attempt = 0; attempt < mostAttempts; attempt++) if (isRemoved(runFolder)) break
  process.exit(1)
})

function isRemoved(folder: string | undefined): boolean {
  try {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    return true
  } catch {
    return false
  }
}

process.on('message', (message: ToWorker) => {
  void handle(message)
})

async function handle(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'open':
      ;({ runFolder } = message.settings)
      worker = new CaseWorker(message.settings)
      return
    case 'job':
      process.send?.((await worker?.run(message.job)) as JobResult)
      return
    case 'end':
      await worker?.close()
      process.removeAllListeners('disconnect')
      process.disconnect()
  }
}
