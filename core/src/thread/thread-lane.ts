import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { HandlerError } from '../errors.ts'
import { LaneBrokenError } from '../lane/lane.ts'
import type { Lane, Reply } from '../lane/lane.ts'
import { trace } from '../trace.ts'
import { needUsualFlags } from '../usual-flags.ts'
import { settledWithin } from '../waiting.ts'
import type { StartedThread, ThreadStarter } from './start-thread.ts'
import type { ThreadRequest, ThreadResponse, ThreadRunOptions, ThreadStart } from './thread-contract.ts'

/**
 * Longest time that the main thread sleeps on an answer before it returns to its event loop. Waking a blocked thread
 * takes 13–18 µs per round trip, waking an event loop 75–147; but a blocked main thread handles no signal and no log.
 */
const blockMs = 2

/**
 * Time for a thread to end after it was told to. Native code that runs longer counts as stuck. The host must know this,
 * and ask for the next event, within the 100 ms before a deadline.
 */
const killMs = 20

/** The main thread sleeps at most so often on one answer: a task that posts without end must not keep it. */
const mostBlocks = 5

/** Messages that are read before the event loop gets a turn, for its timers and signals. */
const mostAtOnce = 100

/** Time for an idle thread to close its resources. */
const closeMs = 200

/**
 * Time during which a starting thread is not stopped. If a thread is stopped while it loads a native addon, the whole
 * process crashes: calls of Node-API fail then, and `Napi::Error::New` treats this as fatal. A longer load counts as
 * stuck.
 */
export const startMs = 1000

let laneCount = 0

/** The counters of all threads that are starting. */
const starting = new Set<Int32Array>()

// process.exit() also stops all threads, but runs this handler first.
process.on('exit', () => {
  for (const counters of starting) Atomics.wait(counters, 1, 0, startMs)
})

/** A thread that serves one task at a time, until it is closed. */
export class ThreadLane<Task, Value> implements Lane<Task, Value> {
  readonly ended: Promise<Error>
  readonly #port: MessagePort
  readonly #counters: Int32Array
  readonly #mayBlock: boolean
  readonly #thread: StartedThread
  readonly #name = `thread-${(laneCount += 1)}`
  #end: Error | undefined
  #onMessage: ((message: unknown) => void) | undefined
  /** Rejects the promise of the running task, if there is one. */
  #reject: ((error: Error) => void) | undefined

  static async open<Task, Value>(
    threads: ThreadStarter,
    start: Omit<ThreadStart, 'port' | 'counters'>,
    mayBlock: boolean,
  ): Promise<ThreadLane<Task, Value>> {
    const { port1, port2 } = new MessageChannel()
    const forgo = needUsualFlags()
    const counters = new Int32Array(new SharedArrayBuffer(12))
    const lane = new ThreadLane<Task, Value>(threads, { ...start, port: port2, counters }, port1, mayBlock)
    starting.add(counters)
    const reply = await lane.#later(0).finally(() => {
      starting.delete(counters)
      forgo()
    })
    if (reply.ok) return lane
    await lane.kill()
    throw new HandlerError(reply.error)
  }

  private constructor(threads: ThreadStarter, start: ThreadStart, port: MessagePort, mayBlock: boolean) {
    this.#port = port
    this.#counters = start.counters
    this.#mayBlock = mayBlock
    this.ended = new Promise((resolve) => {
      port.once('close', () => resolve(this.#noteEnd('the worker thread ended')))
    })
    port.unref()
    trace.lane?.(`${this.#name}: starting`)
    this.#thread = threads.start(start, (message) => void this.#noteEnd(`the worker thread failed: ${message}`))
  }

  get alive(): boolean {
    return this.#end === undefined
  }

  run(task: Task, { onMessage }: ThreadRunOptions): Reply<Value> | Promise<Reply<Value>> {
    if (this.#end) return Promise.reject(new LaneBrokenError('the worker thread has ended', { untouched: true }))
    this.#onMessage = onMessage
    let seen = Atomics.load(this.#counters, 1)
    this.#send([task])
    for (let blocks = this.#mayBlock ? mostBlocks : 0; blocks > 0; blocks--) {
      const late = Atomics.wait(this.#counters, 1, seen, blockMs) === 'timed-out'
      seen = Atomics.load(this.#counters, 1)
      const reply = this.#drain()
      if (reply && reply !== 'more') return reply
      if (reply || late) break
    }
    return this.#later(seen)
  }

  async close(): Promise<void> {
    if (this.#end) return
    this.#send([])
    if (!(await settledWithin(this.ended, closeMs))) await this.kill()
  }

  async kill(): Promise<boolean> {
    this.#thread.stop()
    return settledWithin(this.ended, killMs)
  }

  #send(request: ThreadRequest): void {
    this.#port.postMessage(request)
    Atomics.add(this.#counters, 0, 1)
    Atomics.notify(this.#counters, 0)
  }

  /** Waits for a reply in the event loop. @param seen the thread's counter before the port was looked at */
  #later(seen: number): Promise<Reply<Value>> {
    return new Promise((resolve, reject) => {
      this.#reject = reject
      const receive = (): void => {
        const reply = this.#drain()
        if (reply && reply !== 'more') {
          this.#reject = undefined
          resolve(reply)
          return
        }
        if (this.#end) return
        const waiting = reply ? undefined : Atomics.waitAsync(this.#counters, 1, seen)
        seen = Atomics.load(this.#counters, 1)
        if (waiting?.async) void waiting.value.then(receive)
        else setImmediate(receive)
      }
      receive()
    })
  }

  /** Reads messages, up to the reply. @returns `'more'` when there may be others */
  #drain(): Reply<Value> | 'more' | undefined {
    for (let left = mostAtOnce; left > 0; left--) {
      const received = receiveMessageOnPort(this.#port)
      if (!received) return undefined
      const response = received.message as ThreadResponse
      if (response[0] !== 'message') {
        this.#onMessage = undefined
        return response[0] === 'value' ? { ok: true, value: response[1] as Value } : { ok: false, error: response[1] }
      }
      Atomics.add(this.#counters, 2, 1)
      Atomics.notify(this.#counters, 2)
      this.#onMessage?.(response[1])
    }
    return 'more'
  }

  /** The first reason counts. */
  #noteEnd(why: string): Error {
    if (this.#end) return this.#end
    trace.lane?.(`${this.#name}: gone, ${why}`)
    const error = new LaneBrokenError(why)
    this.#end = error
    this.#reject?.(error)
    this.#reject = undefined
    return error
  }
}
