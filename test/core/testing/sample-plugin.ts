import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { HandlerError } from '@anyhandler/core'
import type { Invocation, Plugin, PluginEnv } from '@anyhandler/core'
import { LaneStuckError } from '../../../core/src/lane/lane.ts'

/** What a plugin can get wrong; each is one case of the conformance kit. */
export type Defect =
  | 'trims the event'
  | 'throws plain errors'
  | 'goes on failing'
  | 'succeeds anyway'
  | 'leaves the hanging process'
  | 'leaves a spinning thread'
  | 'answers for a dead process'
  | 'leaves the background process'
  | 'mixes late output in'
  | 'loses a byte of large events'
  | 'decodes bytes as UTF-8'
  | 'prints into the answer'
  | 'logs without the request id'
  | 'gives sockets as stdio'
  | 'crosses answers'
  | 'leaks a descriptor'
  | 'leaks a process'
  | 'leaks memory'
  | 'leaks a thread'
  | 'mixes up contexts'
  | 'holds parts back'
  | 'ignores functions'
  | 'does not name the function'
  | 'leaves its helper after a failed setup'
  | 'leaves its helper'
  | 'trips over the second cleanup'

export interface SampleOptions {
  readonly defect?: Defect
  /** Hang in a thread that nobody interrupts, as native code does. */
  readonly stuck?: boolean
}

/**
 * A language whose handlers are the names of the kit's cases, and which does all of them right but for the defect that
 * it is given. It keeps one process for its whole life, and starts others for the events that are about processes.
 */
export default function samplePlugin({ defect, stuck }: SampleOptions): Plugin {
  return new Sample(defect, stuck ?? false)
}

class Sample implements Plugin {
  readonly name = 'sample'
  readonly extensions = ['.sample']
  readonly #defect: Defect | undefined
  readonly #stuck: boolean
  #env: PluginEnv | undefined
  #helper: ChildProcess | undefined
  #cleaned = false
  #late: Promise<string> | string = ''
  #failed = false
  #last: Uint8Array = new Uint8Array()
  #first: Invocation | undefined
  readonly #kept: unknown[] = []

  constructor(defect: Defect | undefined, stuck: boolean) {
    this.#defect = defect
    this.#stuck = stuck
  }

  setup(env: PluginEnv): void {
    this.#env = env
    this.#helper = this.#start('exec sleep 1000')
    const lacking = env.handlers.find((handler) => handler.function !== undefined)
    if (lacking && this.#defect !== 'ignores functions') {
      const name = this.#defect === 'does not name the function' ? 'such handler' : `function '${lacking.function}'`
      throw new HandlerError({ errorType: 'Runtime.HandlerNotFound', message: `there is no ${name}` })
    }
    const broken = env.handlers.find(({ file = '' }) => readFileSync(file, 'utf8').includes('cannot be loaded'))
    if (broken)
      throw new HandlerError({ errorType: 'Runtime.UserCodeSyntaxError', message: `${broken.name} cannot be loaded` })
  }

  async cleanup(): Promise<void> {
    if (this.#cleaned && this.#defect === 'trips over the second cleanup')
      throw new Error('there is nothing to clean up')
    const failed = this.#env?.handlers.some(({ name }) => name === 'unloadable')
    if (this.#defect !== (failed ? 'leaves its helper after a failed setup' : 'leaves its helper'))
      await end(this.#helper)
    this.#cleaned = true
  }

  async invoke(invocation: Invocation): Promise<unknown> {
    const { event, handler } = invocation
    const kind = basename(handler.file ?? '', '.sample')
    const asked = event.length < 200 && Buffer.from(event).toString().includes(`"${kind}":true`)
    if (kind === 'bytes') return this.#bytes()
    if (kind === 'debug') return this.#debug(invocation)
    if (kind === 'descriptors') return this.#descriptors(invocation)
    if (kind === 'context') return this.#context(invocation)
    if (kind === 'stream') return this.#stream(event)
    if (kind === 'pausing') return this.#pause(invocation)
    if (asked && kind === 'fail') return this.#fail(event)
    if (asked && kind === 'hang') return this.#hang(invocation)
    if (asked && (kind === 'kill' || kind === 'exit')) return this.#kill(event)
    if (asked && kind === 'background') return this.#background()
    return this.#echo(event)
  }

  #echo(event: Uint8Array): unknown {
    if (this.#failed && this.#defect === 'goes on failing')
      throw new HandlerError({ errorType: 'Function.Oops', message: 'still' })
    if (this.#defect === 'leaks a descriptor') openSync('/dev/null', 'r')
    if (this.#defect === 'leaks a process') this.#start('exec sleep 1000')
    if (this.#defect === 'leaks memory') this.#kept.push(Buffer.from(event))
    if (this.#defect === 'leaks a thread' && this.#kept.push(0) % 20 === 0)
      this.#kept.push(new Worker('setInterval(() => {}, 1000)', { eval: true }))
    if (this.#defect === 'trims the event') return Buffer.from(event).toString().trim()
    if (this.#defect === 'loses a byte of large events' && event.length > 1e6) return event.subarray(1)
    if (this.#defect === 'mixes late output in') return this.#mix(event)
    return event
  }

  async #mix(event: Uint8Array): Promise<string> {
    return `${Buffer.from(event).toString()}${await this.#late}`
  }

  #context(invocation: Invocation): unknown {
    this.#first ??= invocation
    const { id, deadline, functionArn, traceId } = this.#defect === 'mixes up contexts' ? this.#first : invocation
    return { requestId: id, deadlineMs: deadline, functionArn, traceId }
  }

  #stream(event: Uint8Array): unknown {
    const text = Buffer.from(event).toString()
    if (!/"(stream|break)":true/.test(text)) return event
    const pauseMs = this.#defect === 'holds parts back' ? 0 : 100
    return (async function* parts() {
      for (let number = 1; number <= 5; number++) {
        if (number > 1) await sleep(pauseMs)
        if (number > 1 && text.includes('break'))
          throw new HandlerError({ errorType: 'Function.Oops', message: 'oops' })
        yield Buffer.from(`part ${number}\n`)
      }
    })()
  }

  #bytes(): Uint8Array {
    const all = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
    return this.#defect === 'decodes bytes as UTF-8' ? Buffer.from(all.toString()) : all
  }

  #debug(invocation: Invocation): unknown {
    if (this.#defect === 'prints into the answer') return `debug output\n${Buffer.from(invocation.event).toString()}`
    this.#env?.log('debug output', this.#defect === 'logs without the request id' ? undefined : { invocation })
    return invocation.event
  }

  /**
   * Files as stdin, stdout and stderr: they can be opened by name, as pipes can; Node's own 'pipe' is a socket, which
   * can't.
   */
  async #descriptors(invocation: Invocation): Promise<unknown> {
    const path = (name: string): string => join(this.#env?.tmp ?? '', `${invocation.id}-${name}`)
    writeFileSync(path('in'), invocation.event)
    const files = [openSync(path('in'), 'r'), openSync(path('out'), 'w+'), openSync(path('err'), 'w+')]
    const child = spawn(
      '/bin/sh',
      ['-c', 'cat /dev/stdin >/dev/null && echo "stderr by name" >>/dev/stderr && echo "stdout by name" >>/dev/stdout'],
      {
        env: this.#env?.variables,
        stdio: this.#defect === 'gives sockets as stdio' ? ['pipe', 'pipe', 'pipe'] : files,
      },
    )
    const [code] = await ended(child)
    for (const file of files) closeSync(file)
    for (const name of ['out', 'err']) this.#env?.log(readFileSync(path(name)), { invocation })
    if (code !== 0) throw new HandlerError({ errorType: 'Function.ExitStatus', message: `exit status ${code}` })
    return invocation.event
  }

  async #pause({ event }: Invocation): Promise<unknown> {
    this.#last = event
    await sleep(20)
    return this.#defect === 'crosses answers' ? this.#last : event
  }

  #fail(event: Uint8Array): unknown {
    this.#failed = true
    if (this.#defect === 'succeeds anyway') return event
    if (this.#defect === 'throws plain errors') throw new Error('oops')
    throw new HandlerError({ errorType: 'Function.Oops', message: 'oops' })
  }

  async #hang({ signal }: Invocation): Promise<never> {
    const spinning = this.#stuck && new Worker('for (;;) {}', { eval: true })
    const child = this.#start('exec sleep 1000')
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    if (this.#defect !== 'leaves the hanging process') await end(child)
    if (spinning && this.#defect !== 'leaves a spinning thread') throw new LaneStuckError(signal.reason)
    throw signal.reason
  }

  async #kill(event: Uint8Array): Promise<unknown> {
    const [, signal] = await ended(this.#start('kill -9 $$'))
    if (this.#defect === 'answers for a dead process') return event
    throw new HandlerError({ errorType: 'Runtime.ExitError', message: `the process was ended by ${signal}` })
  }

  #background(): unknown {
    const child = this.#start('sleep 0.2; while echo late; do sleep 0.05; done')
    this.#late = new Promise((resolve) => child.stdout?.once('data', (text) => resolve(String(text))))
    const keeps = this.#defect === 'leaves the background process' || this.#defect === 'mixes late output in'
    if (!keeps) setImmediate(() => void end(child))
    return { pid: child.pid }
  }

  #start(script: string): ChildProcess {
    return spawn('/bin/sh', ['-c', script], {
      env: this.#env?.variables,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  }
}

/** Kills a process's group and waits until it is gone. */
async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return
  const gone = ended(child)
  process.kill(-child.pid, 'SIGKILL')
  await gone
}

function ended(child: ChildProcess): Promise<[number | null, string | null]> {
  return new Promise((resolve) => child.once('close', (code, signal) => resolve([code, signal])))
}
