/**
 * A process that runs cases, started by {@link WorkerProcess}; it is told what to do through the channel of
 * `child_process.fork`.
 */
import { rmSync } from 'node:fs'
import { CaseWorker } from './case-worker.ts'
import type { Job, JobResult, ToWorker } from './job.ts'

const mostAttempts = 20
/** Milliseconds. */
const closeMs = 500

let worker: CaseWorker | undefined
let runFolder: string | undefined

// A terminal sends it to the whole group: the command ends its workers itself.
process.on('SIGINT', () => {})

process.on('disconnect', () => void leave())

/**
 * The command was killed, or told to end: this process must end its hosts itself. A host that has only just started has
 * no watcher yet.
 */
async function leave(): Promise<void> {
  // The running case fails when its function is closed, which must not end this process before the folder is removed.
  for (const name of ['unhandledRejection', 'uncaughtException'] as const) process.on(name, () => {})
  const closed = worker?.close().catch(() => {})
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, closeMs))])
  // Other workers do the same at this time, and handlers still write.
  for (let attempt = 0; attempt < mostAttempts; attempt++) if (isRemoved(runFolder)) break
  process.exit(1)
}

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
      process.send?.(await resultOf(message.job))
      return
    case 'end':
      await worker?.close()
      process.removeAllListeners('disconnect')
      process.disconnect()
  }
}

/** A fault of the file system in the case's folder fails the case, and not the process without a word. */
async function resultOf(job: Job): Promise<JobResult> {
  try {
    return (await worker?.run(job)) as JobResult
  } catch (error) {
    return { steps: [], fault: (error as Error).message, stuck: true }
  }
}
