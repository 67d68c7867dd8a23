import { spawn } from 'node:child_process'
import { hostMark, markName } from '../mark.ts'

/**
 * Waits for the end of its standard input, which means the end of the host, and then kills all processes with the
 * host's mark. It needs a POSIX shell and grep, which every image with bash has; `grep -l` finds the environments that
 * contain the mark.
 */
const script = `trap '' HUP INT TERM
while read -r line; do :; done
round=0
while [ "$round" -lt 50 ]; do
  found=
  for file in $(grep -ls -- "$1" /proc/[0-9]*/environ 2>/dev/null); do
    pid=\${file#/proc/}
    kill -9 "\${pid%/environ}" 2>/dev/null && found=1
  done
  [ -n "$found" ] || exit 0
  round=$((round + 1))
done`

/** Delay before a killed watcher is started again. Milliseconds. */
const againMs = 10
/** Delay before another attempt if the watcher could not be started. Milliseconds. */
const laterMs = 100

let running = false

/**
 * Delay before the watcher is spawned, in milliseconds, so that its own 2 ms don't slow the first event or a driver's
 * start. A driver with a long or endless start is watched too.
 */
export const watcherMs = { firstEvent: 4, ready: 20, slowStart: 100 } as const

export function startWatcherIn(ms: number): void {
  setTimeout(startWatcher, ms).unref()
}

/**
 * Starts the only watcher of this host, with the first child, and again if it was killed. It keeps no event loop alive
 * and ends by itself after the host.
 */
export function startWatcher(): void {
  if (running) return
  running = true
  const watcher = spawn('/bin/sh', ['-c', script, 'anyhandler-watcher', `${markName}=${hostMark}-`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
  })
  watcher.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
    running = false
    // Without a shell there is no watcher; a lack of descriptors or processes may be temporary.
    if (['EMFILE', 'ENFILE', 'EAGAIN'].includes(code)) startWatcherIn(laterMs)
  })
  watcher.on('exit', () => {
    running = false
    setTimeout(startWatcher, againMs).unref()
  })
  watcher.unref()
  // Undefined if no descriptor was left for it.
  const stdin = watcher.stdin as unknown as (NodeJS.WritableStream & { unref(): void }) | undefined
  // If the watcher was killed, EPIPE must not crash the host.
  stdin?.on('error', () => {})
  stdin?.unref()
}
