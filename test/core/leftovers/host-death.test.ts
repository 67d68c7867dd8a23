import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'

const hostFile = fileURLToPath(new URL('host-process.ts', import.meta.url))

/** Processes on the machine whose environment holds the text. */
function carrying(text: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!(pid > 0) || pid === process.pid) return false
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(text)
      } catch {
        return false
      }
    })
}

/** The watcher of the host with this mark. */
function watcherOf(mark: string): number | undefined {
  return readdirSync('/proc')
    .map(Number)
    .find((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
        return command.includes('anyhandler-watcher') && command.includes(mark)
      } catch {
        return false
      }
    })
}

describe('when the host is killed', () => {
  it.each(['', ', also when its watcher was killed before'])(
    'nothing of its children is left after a second%s',
    async (how) => {
      const host = spawn(process.execPath, ['--conditions=source', hostFile], { stdio: ['ignore', 'pipe', 'inherit'] })
      const mark = await new Promise<string>((resolve) => {
        host.stdout.once('data', (data: Buffer) => resolve(`ANYHANDLER_MARK=${data.toString().trim()}`))
      })
      for (let i = 0; i < 200 && carrying(mark).length < 2; i++) await sleep(10)
      // The driver, and the process that its task started in a session of its own.
      expect(carrying(mark).length).toBeGreaterThanOrEqual(2)
      // The watcher starts a little later than the first event.
      await expect.poll(() => watcherOf(mark)).toBeGreaterThan(0)
      if (how) {
        const first = watcherOf(mark)
        process.kill(Number(first), 'SIGKILL')
        await expect.poll(() => watcherOf(mark) ?? first).not.toBe(first)
      }
      host.kill('SIGKILL')
      for (let i = 0; i < 100 && carrying(mark).length > 0; i++) await sleep(10)
      expect(carrying(mark)).toEqual([])
    },
  )
})
