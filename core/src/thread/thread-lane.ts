import { extname } from 'node:path'
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { Tinypool } from 'tinypool'
import { HandlerError } from '../errors.ts'
import { LaneBrokenError } from '../lane/lane.ts'
import type { Lane, Reply, RunOptions, TaskFailure } from '../lane/lane.ts'
import { LanePool } from '../lane/pool.ts'

/** What a worker module can reach of the main thread while a task runs. */
export interface ThreadTools {
  /** Hands a message to `onMessage` of the run, at once while the main thread is free: log lines. Structured-cloneable. */
  post(message: unknown): void
}

/** What serves a thread's tasks. */
export interface ThreadServant<Task, Value> {
  /** Runs a task and blocks the thread as long as it likes; the value is structured-cloneable. */
  run(task: Task, tools: ThreadTools): Value
  close?(): void
}

/** The worker module's default export: called once per thread; its throw makes the lane's start fail. */
export type ThreadWorkerFactory<Options, Task, Value> = (
  options: Options,
) => ThreadServant<Task, Value> | PromiseLike<ThreadServant<Task, Value>>

/** The worker module's export `failure`: turns what the factory or `run` threw into data. */
export type ThreadFailure = (thrown: unknown) => TaskFailure

export interface ThreadPoolOptions {
  /** `file:` URL of the worker module. */
  readonly module: URL
  /** Given to the module's factory; structured-cloneable. */
  readonly options: unknown
  readonly size: number
}

export interface ThreadRunOptions extends RunOptions {
  readonly onMessage?: (message: unknown) => void
}

/** Main thread → worker. */
export type ThreadRequest = { readonly kind: 'run'; readonly task: unknown } | { readonly kind: 'close' }

/** Worker → main thread. */
export type ThreadResponse =
  | { readonly kind: 'message'; readonly message: unknown }
  | { readonly kind: 'reply'; readonly reply: Reply<unknown> }

/** What a lane's long tinypool task gets. */
export interface ThreadStart {
  readonly port: MessagePort
  /** Two counters: requests sent, responses sent. Each side sleeps on the other's. */
  readonly counters: Int32Array
  readonly module: string
  readonly options: unknown
}

/**
 * How long the main thread may sleep on an answer before it goes back to its event loop. Waking a blocked thread takes 13–18 µs
 * a round trip, an event loop 75–147; but a blocked main thread serves no signal and no log.
 */
const blockMs = 2

/** How long a thread gets to end once it is told to. Native code that runs longer counts as stuck. */
const killMs = 50

/** How long an idle thread gets to close what it holds. */
const closeMs = 200

/**
 * How long a thread that is starting is left alone. A native addon that is being loaded while its thread is told to stop takes the
 * process along (Node-API's calls fail then, which `Napi::Error::New` holds for fatal); one that loads for longer counts as stuck.
 */
const startMs = 1000

/** The counters of all threads that are starting. */
const starting = new Set<Int32Array>()

// process.exit() stops all threads, too, but runs this before.
process.on('exit', () => {
  for (const counters of starting) Atomics.wait(counters, 1, 0, startMs)
})

/** Warm threads that run a module's tasks, one at a time each. */
export class ThreadPool<Task, Value> {
  readonly #threads: Tinypool
  readonly #lanes: LanePool<Task, Value>
  readonly #starts = new Set<Promise<unknown>>()

  constructor({ module, options, size }: ThreadPoolOptions) {
    this.#threads = new Tinypool({
      // With this file's own extension: .ts among the sources, .js in the package, .cjs in a bundle.
      filename: new URL(`thread-worker${extname(import.meta.url)}`, import.meta.url).href,
      minThreads: 0,
      maxThreads: size,
      concurrentTasksPerWorker: 1,
      useAtomics: false,
    })
    // With other tasks under way the main thread must not sleep on one of them.
    const mayBlock = size === 1
    this.#lanes = new LanePool(
      () => this.#noted(ThreadLane.open<Task, Value>(this.#threads, { module: module.href, options }, mayBlock)),
      size,
    )
  }

  /** Starts all threads; rejects with a `HandlerError` made by the module's `failure` if its factory throws. */
  start(): Promise<void> {
    return this.#lanes.start()
  }

  /** As {@link LanePool.run}; `onMessage` gets what the task posts. */
  run(task: Task, options: ThreadRunOptions): Promise<Reply<Value>> {
    return this.#lanes.run(task, options)
  }

  async close(): Promise<void> {
    await this.#lanes.close()
    await settledWithin(Promise.allSettled(this.#starts), startMs)
    await this.#threads.destroy()
  }

  #noted<Opened>(start: Promise<Opened>): Promise<Opened> {
    this.#starts.add(start)
    const forget = (): void => void this.#starts.delete(start)
    start.then(forget, forget)
    return start
  }
}

class ThreadLane<Task, Value> implements Lane<Task, Value> {
  readonly #port: MessagePort
  readonly #counters: Int32Array
  readonly #mayBlock: boolean
  readonly #ended: Promise<void>
  readonly #abort: () => void
  #alive = true
  #current:
    | { readonly onMessage: ((message: unknown) => void) | undefined; readonly reject: (error: Error) => void }
    | undefined

  static async open<Task, Value>(
    threads: Tinypool,
    start: Omit<ThreadStart, 'port' | 'counters'>,
    mayBlock: boolean,
  ): Promise<ThreadLane<Task, Value>> {
    const { port1, port2 } = new MessageChannel()
    const counters = new Int32Array(new SharedArrayBuffer(8))
    const lane = new ThreadLane<Task, Value>(threads, { ...start, port: port2, counters }, port1, mayBlock)
    starting.add(counters)
    const reply = await lane.#response({}).finally(() => starting.delete(counters))
    if (reply.ok) return lane
    await lane.kill()
    throw new HandlerError(reply.error)
  }

  private constructor(threads: Tinypool, start: ThreadStart, port: MessagePort, mayBlock: boolean) {
    this.#port = port
    this.#counters = start.counters
    this.#mayBlock = mayBlock
    const controller = new AbortController()
    this.#abort = () => controller.abort()
    // The port closes when the thread is really gone: tinypool's own promise settles at once when it is told to stop, and never after process.exit().
    this.#ended = new Promise((resolve) => {
      port.once('close', () => {
        this.#end('the worker thread ended')
        resolve()
      })
    })
    port.unref()
    threads.run(start, { transferList: [start.port], signal: controller.signal }).catch((error: unknown) => {
      if (!controller.signal.aborted)
        this.#end(`the worker thread failed: ${error instanceof Error ? error.message : String(error)}`)
    })
  }

  get alive(): boolean {
    return this.#alive
  }

  run(task: Task, options: ThreadRunOptions): Promise<Reply<Value>> {
    if (!this.#alive) return Promise.reject(new LaneBrokenError('the worker thread has ended'))
    return this.#response({ request: { kind: 'run', task }, onMessage: options.onMessage })
  }

  async close(): Promise<void> {
    if (!this.#alive) return
    this.#send({ kind: 'close' })
    if (!(await settledWithin(this.#ended, closeMs))) await this.kill()
  }

  async kill(): Promise<boolean> {
    this.#abort()
    return settledWithin(this.#ended, killMs)
  }

  #send(request: ThreadRequest): void {
    this.#port.postMessage(request)
    Atomics.add(this.#counters, 0, 1)
    Atomics.notify(this.#counters, 0)
  }

  #response({
    request,
    onMessage,
  }: {
    request?: ThreadRequest
    onMessage?: ((message: unknown) => void) | undefined
  }): Promise<Reply<Value>> {
    return new Promise((resolve, reject) => {
      this.#current = { onMessage, reject }
      let seen = Atomics.load(this.#counters, 1)
      let block = request !== undefined && this.#mayBlock
      if (request) this.#send(request)
      const receive = (): void => {
        for (;;) {
          const reply = this.#drain()
          if (reply) {
            this.#current = undefined
            resolve(reply)
            return
          }
          if (!this.#alive) return
          if (block) {
            block = Atomics.wait(this.#counters, 1, seen, blockMs) !== 'timed-out'
            seen = Atomics.load(this.#counters, 1)
            continue
          }
          const waiting = Atomics.waitAsync(this.#counters, 1, seen)
          seen = Atomics.load(this.#counters, 1)
          if (waiting.async) {
            void waiting.value.then(receive)
            return
          }
        }
      }
      receive()
    })
  }

  #drain(): Reply<Value> | undefined {
    for (let received = receiveMessageOnPort(this.#port); received; received = receiveMessageOnPort(this.#port)) {
      const response = received.message as ThreadResponse
      if (response.kind === 'reply') return response.reply as Reply<Value>
      this.#current?.onMessage?.(response.message)
    }
    return undefined
  }

  #end(why: string): void {
    if (!this.#alive) return
    this.#alive = false
    this.#current?.reject(new LaneBrokenError(why))
    this.#current = undefined
  }
}

async function settledWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  const settled = await Promise.race([promise.then(() => true), late])
  clearTimeout(timer)
  return settled
}
