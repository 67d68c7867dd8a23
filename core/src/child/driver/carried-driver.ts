import { trace } from '../../trace.ts'
import type { ControlPipes, DriverEvents, DriverLink, Ending } from './driver-link.ts'
import { openControlPipes } from './driver-link.ts'
import { FrameQueue } from './frame-queue.ts'
import { traceSent } from './frame-trace.ts'

/** The process in which a driver is one of several. */
export interface CarryingProcess {
  readonly pid: number | undefined
  /** Starts a driver with these variables besides those of the process. */
  open(lane: number, variables: Readonly<Record<string, string>>): void
  /** Ends one. */
  end(lane: number): void
  /** One can't be ended: native code in its thread isn't interrupted. */
  onStuck(lane: number): void
}

/** How long a thread gets to end: the event that it runs has to be answered before its deadline. Milliseconds. */
const endMs = 50

/**
 * A driver that is a thread of a process which lanes share. It has pipes of its own, and is started and ended by that
 * process.
 */
export class CarriedDriver implements DriverLink {
  readonly complaint = ''
  readonly exited: Promise<void>
  readonly #name: string
  readonly #lane: number
  readonly #process: CarryingProcess
  readonly #events: DriverEvents
  readonly #frames: FrameQueue
  readonly #exit = Promise.withResolvers<void>()
  #pipes: ControlPipes | undefined
  #over = false
  #ending: NodeJS.Timeout | undefined

  constructor(
    name: string,
    lane: number,
    process: CarryingProcess,
    variables: Readonly<Record<string, string>>,
    events: DriverEvents,
  ) {
    this.#name = name
    this.#lane = lane
    this.#process = process
    this.#events = events
    this.exited = this.#exit.promise
    this.#frames = new FrameQueue(name, events, () => this.#pipes!.out)
    process.open(lane, variables)
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get partial(): string {
    return this.#frames.partial
  }

  /** The process has made its pipes. */
  opened(payload: Buffer): void {
    if (this.#over) return
    try {
      void this.#events.onFrame({ kind: 'ready', payload })
    } catch (error) {
      this.#events.onError(error as Error)
    }
  }

  /** It has ended, alone or with its process. */
  ended(ending: Ending): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#ending)
    // A handler may have said so in the name of its process: a thread that still runs is ended now.
    this.#process.end(this.#lane)
    this.#pipes?.out.drain()
    this.#events.onExit(ending)
    this.#exit.resolve()
  }

  started(): void {}

  send(frames: Buffer): void {
    if (trace.frames) traceSent(this.#name, frames)
    this.#pipes?.in.write(frames)
  }

  openPipes(inPath: string, outPath: string): ControlPipes {
    this.#pipes = openControlPipes(inPath, outPath, (chunk) => this.#frames.push(chunk))
    return this.#pipes
  }

  usePipes({ out }: ControlPipes): void {
    out.start()
  }

  kill(): void {
    if (this.#over || this.#ending) return
    this.#process.end(this.#lane)
    // On a busy machine the timer may be due together with the message of the end: that is read before the immediate.
    this.#ending = setTimeout(() => setImmediate(() => this.#stick()), endMs)
  }

  #stick(): void {
    if (this.#over) return
    this.#over = true
    this.#process.onStuck(this.#lane)
    this.#exit.resolve()
  }

  end(): void {
    this.#pipes?.in.end()
  }

  destroy(): void {
    this.#pipes?.in.close()
    this.#pipes?.out.close()
  }
}
