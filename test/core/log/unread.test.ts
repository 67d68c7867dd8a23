import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import { expect, it, onTestFinished } from 'vitest'
import { taskFolder } from '../../support/task-folder.ts'
import { command, startRuntime } from '../../support/runtime-process.ts'
import { until } from '../../support/served.ts'

/** Prints so many lines of a kilobyte. */
const root = { 'h.sh': 'read -r n; for ((i = 0; i < n; i++)); do printf "%01000d\\n" "$i" >&2; done; echo fine\n' }

async function startApi(concurrency = 1): Promise<RuntimeApiServer> {
  const api = await RuntimeApiServer.start({ concurrency, managed: concurrency > 1 })
  onTestFinished(() => api.close())
  return api
}

/** A pipe whose reading end is open here, and its path. */
function pipe(): { readonly path: string; read(): string } {
  const path = join(taskFolder(), 'log')
  execFileSync('mkfifo', [path])
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  onTestFinished(() => closeSync(fd))
  const buffer = Buffer.alloc(65_536)
  return {
    path,
    read() {
      let text = ''
      try {
        for (let size = 1; size > 0;) {
          size = readSync(fd, buffer)
          text += buffer.toString('latin1', 0, size)
        }
      } catch {
        // Nothing there at the moment.
      }
      return text
    },
  }
}

it.each([
  ['standard output', '>', {}],
  ['the telemetry descriptor', '3>', { _LAMBDA_TELEMETRY_LOG_FD: '3' }],
])(
  'a pipe that nobody reads, as %s, holds up no event, and says afterwards what is missing',
  async (_what, redirection, env) => {
    const api = await startApi()
    const log = pipe()
    const runtime = startRuntime({
      address: api.address,
      root: taskFolder(root),
      handler: 'h',
      argv: ['/bin/sh', '-c', `exec "$@" ${redirection}"$0"`, log.path, ...command, 'run'],
      env,
    })
    for (const lines of ['6000', '1']) expect((await api.invoke(lines, { timeout: 10_000 })).text()).toBe('fine\n')
    let text = ''
    await until(() => {
      text += log.read()
      return text.includes('log records were dropped')
    })
    const dropped = Number(/(\d+) log records were dropped: the log was not read for a while/.exec(text)?.[1])
    const read = text.match(/0{900}\d+/g)?.length ?? 0
    expect(read).toBeGreaterThan(3000)
    expect(read + dropped).toBe(6001)
    expect((await api.invoke('2')).text()).toBe('fine\n')
    let last = ''
    await until(() => {
      last += log.read()
      return (last.match(/\d{1000}/g)?.length ?? 0) === 2
    })
    expect(runtime.memory).toBeLessThan(200)
  },
)

it('a pipe that nobody reads doesn’t keep the process from ending', async () => {
  const api = await startApi()
  const log = pipe()
  const argv = ['/bin/sh', '-c', 'exec "$@" >"$0"', log.path, ...command, 'run']
  const runtime = startRuntime({ address: api.address, root: taskFolder(root), handler: 'h', argv })
  await api.invoke('1000', { timeout: 10_000 })
  runtime.kill('SIGTERM')
  expect(await runtime.ended).toEqual({ code: 0, signal: null })
})

it('a log socket that nobody reads takes no memory, and says afterwards what is missing', async () => {
  const path = join(taskFolder(), 'log.sock')
  const sockets: Socket[] = []
  let text = ''
  const server = createServer((socket) => {
    socket.pause()
    socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')))
    sockets.push(socket)
  })
  await new Promise<void>((resolve) => {
    server.listen(path, resolve)
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const api = await startApi(2)
  const runtime = startRuntime({
    address: api.address,
    root: taskFolder(root),
    handler: 'h',
    env: { AWS_LAMBDA_MAX_CONCURRENCY: '2', _LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET: path },
  })
  await api.invoke('1')
  const { memory } = runtime
  for (let round = 0; round < 3; round++) expect((await api.invoke('20000', { timeout: 20_000 })).text()).toBe('fine\n')
  expect(runtime.memory - memory).toBeLessThan(60)
  for (const socket of sockets) socket.resume()
  await until(() => text.includes('log records were dropped'))
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: string; message: string })
  const dropped = Number(/^\d+/.exec(lines.find(({ level }) => level === 'WARN')?.message ?? '')?.[0])
  expect(lines.filter(({ level }) => level === 'INFO').length + dropped).toBe(60_001)
})
