/** Several events at a time: each in a thread of one process. */
import { execFileSync, execSync, spawn } from 'node:child_process'
import { closeSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { threadId } from 'node:worker_threads'

const raise = (error) => {
  throw error
}
let events = 0

const WAYS = {
  where: () => ({ pid: process.pid, threadId, events }),
  wait: async ({ ms }) => (await sleep(ms), { pid: process.pid, threadId }),
  exit: () => process.exit(3),
  rejection: () => void Promise.reject(new RangeError('nobody handles it')),
  async timer() {
    setTimeout(() => raise(new RangeError('in a timer')), 1)
    await sleep(10_000)
  },
  endless() {
    for (;;);
  },
  blocked: () => execSync('sleep 60'),
  never: () => new Promise(() => {}),
  memory() {
    const all = []
    for (;;) all.push(new Array(100_000).fill(all.length + 0.5))
  },
  async crash() {
    process.kill(process.pid, 'SIGSEGV')
    await sleep(10_000)
  },
  async print({ text }) {
    console.log(`logged ${text}`)
    process.stdout.write(`printed ${text}\n`)
    console.error(`error ${text}`)
    await sleep(20)
    console.log(`later ${text}`)
    writeSync(1, `descriptor ${text}\n`)
    execFileSync('sh', ['-c', `echo child ${text}`], { stdio: ['ignore', 'inherit', 'inherit'] })
  },
  close() {
    for (const fd of [0, 1, 2]) closeSync(fd)
  },
  destroy() {
    process.stdout.end('ended\n')
    process.stderr.destroy()
  },
  async browser({ ms }) {
    const child = spawn('sleep', ['100'], { detached: true, stdio: 'ignore' })
    await sleep(ms)
    return { pid: child.pid, ended: child.signalCode !== null }
  },
  surroundings: () => ({
    tmp: tmpdir(),
    trace: process.env._X_AMZN_TRACE_ID,
    child: execSync('echo $TMPDIR $_X_AMZN_TRACE_ID', { encoding: 'utf8' }).trim(),
    gc: typeof gc,
  }),
}

export const handler = async ({ way, ...rest }) => {
  events += 1
  return WAYS[way](rest)
}

export const stream = awslambda.streamifyResponse(async ({ parts }, stream) => {
  for (let part = 0; part < parts; part++) {
    stream.write(`part ${part} of ${threadId}\n`)
    await sleep(1)
  }
  stream.end()
})
