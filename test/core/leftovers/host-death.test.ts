import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { commandOf, processesWithCommand, processesWithVariable } from '../../support/processes.ts'
import { until } from '../../support/served.ts'

const hostFile = fileURLToPath(new URL('host-process.ts', import.meta.url))

/** The watcher of the host with this mark. */
function watcherOf(mark: string): number | undefined {
  return processesWithCommand('anyhandler-watcher').find((pid) => commandOf(pid).includes(mark))
}

describe('when the host is killed', () => {
  it.each(['', ', also when its watcher was killed before'])(
    'nothing of its children is left soon after%s',
    async (how) => {
      const host = spawn(process.execPath, ['--conditions=source', hostFile], { stdio: ['ignore', 'pipe', 'inherit'] })
      onTestFinished(() => void host.kill('SIGKILL'))
      const mark = await new Promise<string>((resolve) => {
        host.stdout.once('data', (data: Buffer) => resolve(`ANYHANDLER_MARK=${data.toString().trim()}`))
      })
      // The driver, and the process that its task started in a session of its own.
      await until(() => processesWithVariable(mark).length >= 2)
      // The watcher starts a little later than the first event.
      await expect.poll(() => watcherOf(mark)).toBeGreaterThan(0)
      if (how) {
        const first = watcherOf(mark)
        process.kill(Number(first), 'SIGKILL')
        await expect.poll(() => watcherOf(mark) ?? first).not.toBe(first)
      }
      host.kill('SIGKILL')
      await expect.poll(() => processesWithVariable(mark)).toEqual([])
    },
  )
})
