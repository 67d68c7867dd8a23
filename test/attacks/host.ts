import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { treeOf } from '../support/processes.ts'
import { namespaceOf, takeCensus } from './census.ts'
import type { Census } from './census.ts'
import type { Attack } from './attack.ts'
import type { Sandbox } from './sandbox.ts'

/** The last parts of the log that are kept. */
const logParts = 50

/** `anyhandler run` in a sandbox, with a task root and a TMPDIR of its own. */
export class AttackedHost {
  readonly tmp: string
  /** Its exit code, once it has ended. */
  code: number | undefined
  readonly #folder: string
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  readonly #log: Buffer[] = []
  #pid = 0
  #outside: readonly number[] = []
  #namespace: string | undefined

  constructor(
    { files, handler, prepare, env = {} }: Attack,
    sandbox: Sandbox,
    command: readonly string[],
    address: string,
  ) {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'anyhandler-attack-')))
    const root = join(folder, 'root')
    this.#folder = folder
    this.tmp = join(folder, 'tmp')
    mkdirSync(root)
    mkdirSync(this.tmp)
    for (const [name, text] of Object.entries(files)) writeFile(join(root, name.replace(/\*$/, '')), text, name)
    prepare?.(root)
    chmodSync(folder, 0o755)
    if (sandbox.user) chownSync(this.tmp, ...sandbox.user)
    const [file = '', ...args] = [...sandbox.argv, ...command, 'run']
    this.#child = spawn(file, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
        TMPDIR: this.tmp,
        ATTACK_TMP: this.tmp,
        AWS_LAMBDA_RUNTIME_API: address,
        LAMBDA_TASK_ROOT: root,
        _HANDLER: handler,
        ...env,
      },
    })
    // Read as fast as can be: a host waits for a slow reader of its log.
    this.#child.stderr?.on('data', (bytes: Buffer) => {
      this.#log.push(bytes)
      if (this.#log.length > logParts) this.#log.shift()
    })
    this.#ended = new Promise<void>((resolve) => {
      this.#child.stdout?.on('data', (bytes: Buffer) => {
        this.code = Number(/ended (\d+)/.exec(bytes.toString())?.[1])
        resolve()
      })
    })
  }

  get ended(): Promise<unknown> {
    return this.#ended
  }

  /** Waits until the host's process is there. */
  async start(): Promise<void> {
    const first = this.#child.pid ?? 0
    const isOwn = this.#child.spawnfile === 'unshare'
    for (; this.#pid === 0 && this.code === undefined; await sleep(5)) {
      const tree = treeOf(first)
      const init = isOwn ? tree.find(({ parent }) => parent === first)?.pid : first
      this.#pid = tree.find(({ parent }) => parent === init)?.pid ?? 0
      if (isOwn) this.#namespace = namespaceOf(init ?? 0)
      this.#outside = [first, init ?? 0]
    }
  }

  /** The end of its log. */
  get log(): string {
    return Buffer.concat(this.#log).toString()
  }

  get pid(): number {
    return this.#pid
  }

  census(): Census {
    return takeCensus({ host: this.#pid, outside: this.#outside, namespace: this.#namespace, tmp: this.tmp })
  }

  terminate(): void {
    process.kill(this.#pid, 'SIGTERM')
  }

  /** Ends the sandbox and all that is in it. */
  async close(): Promise<void> {
    const gone = once(this.#child, 'close')
    try {
      if (this.code === undefined) process.kill(this.#pid || (this.#child.pid ?? 0), 'SIGKILL')
    } catch {
      // It has ended in this moment.
    }
    this.#child.stdin?.end()
    await gone
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function writeFile(path: string, text: string, name: string): void {
  mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true })
  if (name.endsWith('/')) return
  writeFileSync(path, text)
  if (name.endsWith('*')) chmodSync(path, 0o755)
}
