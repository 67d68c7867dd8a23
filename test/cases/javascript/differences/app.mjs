/** What AWS's client does otherwise, or can't. */
import { execFileSync, execSync, spawn } from 'node:child_process'
import { closeSync, readdirSync, readlinkSync } from 'node:fs'

const { HttpResponseStream, streamifyResponse } = awslambda
const raise = (error) => {
  throw error
}
let events = 0

const WAYS = {
  fine: () => events,
  rejection: () => void Promise.reject(new RangeError('nobody handles it')),
  rejected_text: () => void Promise.reject('only text'),
  async timer() {
    setTimeout(() => raise(new RangeError('in a timer')), 1)
    await new Promise((resolve) => setTimeout(resolve, 10_000))
  },
  exit: () => process.exit(3),
  abort: () => process.abort(),
  async crash() {
    process.kill(process.pid, 'SIGSEGV')
    await new Promise((resolve) => setTimeout(resolve, 10_000))
  },
  never: () => new Promise(() => {}),
  endless() {
    for (;;);
  },
  blocked: () => execSync('sleep 60'),
  function: () => () => 1,
  async heard() {
    process.once('uncaughtException', () => {})
    setTimeout(() => raise(new Error('heard by a listener')), 1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    return 'alive'
  },
  close() {
    for (const fd of [0, 1, 2]) closeSync(fd)
    return 'closed'
  },
  end() {
    process.stdout.end('ended by the handler\n')
    process.stderr.end()
  },
  destroy() {
    process.stdout.destroy()
    process.stderr.destroy()
  },
  close_low() {
    for (const fd of [0, 1, 2, 3, 4]) closeIfOpen(fd)
  },
  close_all() {
    for (let fd = 0; fd < 100; fd++) closeIfOpen(fd)
  },
  print() {
    process.stdout.write(`printed ${execFileSync('sh', ['-c', 'echo by a child'], { stdio: ['ignore', 'pipe', 'inherit'] })}`)
    console.log('logged')
    execFileSync('sh', ['-c', 'echo by name >/dev/stderr'], { stdio: ['ignore', 'inherit', 'inherit'] })
  },
  shared() {
    const script = 'for fd in /proc/$$/fd/*; do readlink "$fd"; done; true'
    const inherited = execFileSync('sh', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')
    return pipes().filter((pipe) => inherited.includes(pipe))
  },
  own: () => pipes().length,
  browser: () => spawn('sleep', ['100'], { detached: true, stdio: 'ignore' }).pid,
  environment: () => [process.env.NODE_PATH, process.env.LAMBDA_TASK_ROOT === process.cwd(), process.argv0],
  async version() {
    const { createRequire } = await import('node:module')
    const paths = createRequire(import.meta.url).resolve.paths('x')
    return [process.versions.node.split('.')[0], process.env.NODE_PATH, paths.includes('/opt/nodejs/node22/node_modules')]
  },
  packages: async () => (await import('node:module')).createRequire(import.meta.url).resolve.paths('x').length > 0,
}

function closeIfOpen(fd) {
  try {
    closeSync(fd)
  } catch {
    // It was closed.
  }
}

/** Those that the driver has opened: others have high numbers, or come from who started the tests. */
function pipes() {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`)
      return target.startsWith('pipe:') && fd > 2 && fd < 100 ? [target] : []
    } catch {
      return []
    }
  })
}

export const handler = async (way) => {
  events += 1
  return WAYS[way]()
}

export const stream = streamifyResponse(async (way, stream) => {
  if (way === 'throws') throw new RangeError('before the first part')
  if (way === 'returns') return
  const http = HttpResponseStream.from(stream, { statusCode: 201 })
  if (way === 'end') http.end()
  else http.end('body')
})
