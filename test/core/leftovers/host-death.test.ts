import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { commandOf, processesWithCommand, processesWithVariable } from '../../support/processes.ts'

const hostFile = fileURLToPath(new URL('host-process.ts', import.meta.url))

/** The watcher of the host with this mark. */
function watcherOf(mark: string): number | undefined {
  return processesWithCommand('anyhandler-watcher').find((pid) => commandOf(pid).includes(mark))
}

describe('when the host is killed', () => {
  it.each(['', ', also when its watcher was killed before'])(
    'nothing of its children is left after a second%s',
    async (how) => {
      const host = spawn(process.execPath, ['--conditions=source', hostFile], { stdio: ['ignore', 'pipe', 'inherit'] })
      const mark = await new Promise<string>((resolve) => {
        host.stdout.once('data', (data: Buffer) => resolve(`ANYHANDLER_MARK=${data.toString().trim()}`))
      })
      for (let i = 0; i < 200 && processesWithVariable(mark).length < 2; i++) await sleep(10)
      // The driver, and the process that its task started in a session of its own.
      expect(processesWithVariable(mark).length).toBeGreaterThanOrEqual(2)
      // The watcher starts a little later than the first event.
      await expect.poll(() => watcherOf(mark)).toBeGreaterThan(0)
      if (how) {
        const first = watcherOf(mark)
        process.kill(Number(first), 'SIGKILL')
        await expect.poll(() => watcherOf(mark) ?? first).not.toBe(first)
      }
      host.kill('SIGKILL')
      for (let i = 0; i < 100 && processesWithVariable(mark).length > 0; i++) await sleep(10)
      expect(processesWithVariable(mark)).toEqual([])
    },
  )
})
