import { spawn } from 'node:child_process'
import { accessSync, constants, cpSync, mkdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { bin } from '../../support/command.ts'
import { freePort } from '../../support/free-port.ts'
import { taskFolder } from '../../support/task-folder.ts'
import { inNamespace } from '../../support/namespace.ts'

const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64'
const repository = fileURLToPath(new URL('../../..', import.meta.url))
/** AWS's Runtime Interface Emulator; `sh test/tools/fetch.sh` brings it. */
const emulator = join(repository, `.cache/aws-sam-cli/samcli/local/rapid/aws-lambda-rie-${architecture}`)

export interface EmulatorOptions {
  /** Handlers and configuration. */
  readonly root: string
  readonly handler: string
  /** Seconds. */
  readonly timeout?: number
  /** For the runtime. */
  readonly env?: Readonly<Record<string, string>>
  /** `AWS_LAMBDA_MAX_CONCURRENCY`: the mode of Managed Instances. */
  readonly concurrency?: number
  /**
   * Where the emulator has to find `bootstrap` by itself, the folder of the task being /var/task; without it, its path
   * is given.
   */
  readonly search?: '/var/task' | '/opt'
  /** Run as Lambda's user, on a file system that cannot be written but for /tmp; with `search`. */
  readonly locked?: boolean
  /** In place of the repository's command; without `search` and `concurrency`. */
  readonly bootstrap?: string
}

export interface EmulatorReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  text(): string
  json(): unknown
}

/** The emulator as a process, with our command as the runtime. */
export class Emulator {
  readonly #port: number
  readonly #child: ReturnType<typeof spawn>
  readonly ended: Promise<void>
  #log = ''

  private constructor(port: number, argv: readonly string[], options: EmulatorOptions) {
    const [file = '', ...args] = argv
    this.#port = port
    this.#child = spawn(file, args, {
      cwd: options.root,
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        AWS_LAMBDA_FUNCTION_TIMEOUT: String(options.timeout ?? 20),
        AWS_LAMBDA_FUNCTION_HANDLER: options.handler,
        ...(options.concurrency !== undefined && { AWS_LAMBDA_MAX_CONCURRENCY: String(options.concurrency) }),
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (bytes: Buffer) => (this.#log += bytes.toString()))
    this.ended = new Promise((resolve) => {
      this.#child.once('close', () => resolve())
    })
    onTestFinished(async () => {
      this.stop()
      setTimeout(() => this.#child.kill('SIGKILL'), 5000).unref()
      await this.ended
    })
  }

  static async start(options: EmulatorOptions): Promise<Emulator> {
    try {
      accessSync(emulator, constants.X_OK)
    } catch {
      throw new Error('the emulator is not there; sh test/tools/fetch.sh brings it')
    }
    const [port, apiPort] = await Promise.all([freePort(), freePort()])
    const command = [
      emulator,
      '--log-level',
      'debug',
      '--runtime-api-address',
      `127.0.0.1:${apiPort}`,
      '--runtime-interface-emulator-address',
      `127.0.0.1:${port}`,
    ]
    const made = new Emulator(port, await arrange(command, options), options)
    await made.#listening()
    return made
  }

  /** Everything that the emulator and the runtime have written. */
  get log(): string {
    return this.#log
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Resolves when so many workers wait for an event; on Managed Instances only. */
  async idle(workers: number): Promise<void> {
    const count = (text: string) => this.#log.split(text).length - 1
    while (count('InvokeRouter: received runtime /next') - count('msg="Sending Invoke to Runtime"') < workers)
      await new Promise((resolve) => setTimeout(resolve, 10))
  }

  stop(): void {
    this.#child.kill('SIGTERM')
  }

  invoke(event: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<EmulatorReply> {
    return new Promise((resolve, reject) => {
      const call = request(
        {
          host: '127.0.0.1',
          port: this.#port,
          method: 'POST',
          path: '/2015-03-31/functions/function/invocations',
          headers,
          agent: false,
        },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('error', reject)
          response.on('end', () => {
            const body = Buffer.concat(parts)
            resolve({
              status: response.statusCode ?? 0,
              headers: { ...response.headers, ...response.trailers },
              body,
              text: () => body.toString(),
              json: () => JSON.parse(body.toString()) as unknown,
            })
          })
        },
      )
      call.on('error', reject)
      call.end(event)
    })
  }

  async #listening(): Promise<void> {
    const hex = `:${this.#port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`
    let over = false
    void this.ended.then(() => (over = true))
    while (!readFileSync('/proc/net/tcp', 'utf8').includes(hex)) {
      if (over) throw new Error(`the emulator ended at its start: ${this.#log}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}

/** What starts the emulator: with the bootstrap's path, or among mounts in which it finds it by itself. */
async function arrange(
  command: readonly string[],
  { root, handler, search, concurrency, locked, bootstrap }: EmulatorOptions,
): Promise<readonly string[]> {
  if (bootstrap !== undefined) return [...command, bootstrap, handler]
  const aside = taskFolder({ 'bootstrap*': `#!/bin/sh\nexec ${process.execPath} ${bin} run\n` })
  if (search === undefined && concurrency === undefined) return [...command, join(aside, 'bootstrap'), handler]
  // The files lie in folders that only this user may enter: the namespace shows them to all.
  const places = { node: dirname(process.execPath), repository }
  const folder = search ?? '/var/task'
  const inside = taskFolder({
    'bootstrap*': `#!/bin/sh\nexec /var/node/node /var/repository/cli/bin/anyhandler.js run\n`,
  })
  const task = join(inside, 'task')
  mkdirSync(task)
  cpSync(root, task, { recursive: true })
  const script = `mount -t tmpfs -o mode=755 tmpfs /var
mount -t tmpfs -o mode=755 tmpfs /opt
mkdir -p /var/task /var/node /var/repository
mount --bind ${places.node} /var/node
mount --rbind ${places.repository} /var/repository
cp -a ${task}/. /var/task
cp ${inside}/bootstrap ${folder}/bootstrap
chmod -R a+rX /var/task /opt
cd /var/task
${locked ? 'mount -t tmpfs -o mode=1777 tmpfs /tmp\nmount -o remount,bind,ro /var\nmount -o remount,bind,ro /opt\nmount -o remount,bind,ro /' : ''}
exec "$@"`
  const asUser =
    locked && concurrency === undefined
      ? ['setpriv', '--reuid=993', '--regid=990', '--clear-groups', '--no-new-privs']
      : []
  const [program = '', ...flags] = command
  const inRepository = program.replace(repository, '/var/repository/')
  return inNamespace(script, [...asUser, inRepository, ...flags])
}
