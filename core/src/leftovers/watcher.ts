import { spawn } from 'node:child_process'
import { hostMark, markName } from '../mark.ts'

/**
 * Waits for the end of its standard input, which is the end of the host, however it came, and kills what carries the host's mark. It needs a
 * POSIX shell and grep, which every image with bash has; `grep -l` says which process's environment holds the mark.
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

/** How soon a watcher that somebody ended is started again. Milliseconds. */
const againMs = 10
/** How soon one is tried again that could not be started. Milliseconds. */
const laterMs = 100

let running = false

/**
 * When the watcher is started, in milliseconds: its own 2 ms shall not slow the first event or a driver's start. A driver
 * whose start takes longer than usual, or never ends, is watched too.
 */
export const watcherMs = { firstEvent: 4, ready: 20, slowStart: 100 } as const

export function startWatcherIn(ms: number): void {
  setTimeout(startWatcher, ms).unref()
}

/**
 * Starts the one watcher of this host, with the first child, and again when it was ended. It holds no event loop open and
 * ends by itself after the host.
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
    // Without a shell there is none; descriptors and processes may be had again.
    if (['EMFILE', 'ENFILE', 'EAGAIN'].includes(code)) startWatcherIn(laterMs)
  })
  watcher.on('exit', () => {
    running = false
    setTimeout(startWatcher, againMs).unref()
  })
  watcher.unref()
  // None when no descriptor was left for it.
  const stdin = watcher.stdin as unknown as (NodeJS.WritableStream & { unref(): void }) | undefined
  // A watcher that somebody killed must not take the host with it by EPIPE.
  stdin?.on('error', () => {})
  stdin?.unref()
}
