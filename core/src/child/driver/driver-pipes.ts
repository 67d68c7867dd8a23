import type { Ready } from '../protocol/ready.ts'
import type { Frame } from '../protocol/frames.ts'
import { Leash } from '../../leftovers/leash.ts'
import { PipeReader, StdinWriter } from './pipes.ts'
import { ReportReader } from './reports.ts'

export interface PipeEvents {
  /** A promise makes the pipe wait. */
  onOutput(name: string, chunk: Buffer): void | PromiseLike<void>
  /** @returns `false` when nobody waits for it: it is noise then */
  onReport(frame: Frame): boolean
  /** A line between the reports that is none. */
  onNoise(line: Buffer): void
}

/** The host's ends of the pipes that a driver made, open for the life of its lane. */
export class DriverPipes {
  readonly #leashes: Leash[] = []
  readonly #outputs: PipeReader[] = []
  /** Outputs of which events take the pipes in turn. */
  readonly #inTurn: (readonly PipeReader[])[] = []
  readonly #reports: ReportReader | undefined
  readonly #stdin: StdinWriter | undefined
  /** The event has reported something before its end. */
  #reported = false

  /**
   * Opens those that `ready` names, through the descriptors of the process.
   * @throws when the process has no such descriptor; none is left open then
   */
  constructor({ outputs = {}, stdin, leash = [], reports }: Ready, pid: number | undefined, events: PipeEvents) {
    const path = (fd: number): string => `/proc/${pid}/fd/${fd}`
    const onReport = (frame: Frame): boolean => {
      this.#reported ||= frame.kind === 'head' || frame.kind === 'cause'
      return events.onReport(frame)
    }
    try {
      for (const [name, fds] of Object.entries(outputs)) {
        const readers = [fds].flat().map((fd) => {
          const reader = new PipeReader(path(fd), (chunk) => events.onOutput(name, chunk))
          this.#outputs.push(reader)
          return reader
        })
        if (!Array.isArray(fds)) continue
        // The driver holds none of their write ends: an event's own processes open them.
        for (const reader of readers) reader.keepOpen()
        this.#inTurn.push(readers)
      }
      if (reports !== undefined) this.#reports = new ReportReader(path(reports), { ...events, onReport })
      if (stdin !== undefined) this.#stdin = new StdinWriter(path(stdin))
      for (const fd of [leash].flat()) this.#leashes.push(new Leash(path(fd)))
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** Begins to read what comes from the driver. */
  start(): void {
    for (const output of this.#outputs) output.start()
    this.#reports?.start()
  }

  /** Whether a process holds something of an event, counted from 1: its leash, or the write end of an output that is its own. */
  held(event: number): boolean {
    const leash = this.#leashes[(event - 1) % this.#leashes.length]
    if (leash?.held) return true
    return this.#inTurn.some((readers) => readers[(event - 1) % readers.length]?.held)
  }

  /** The inodes of the outputs and leashes: who has one of them open belongs to the lane. */
  get inodes(): ReadonlySet<number> {
    return new Set([...this.#outputs, ...this.#leashes].map(({ inode }) => inode))
  }

  /** Makes ready for the next event. */
  open(): void {
    this.#stdin?.open()
  }

  /** Writes an event to the handler's standard input. */
  write(event: Uint8Array): void {
    this.#stdin?.write(event)
  }

  /** Calls back when all that was written to the outputs by now has been handed over. */
  flush(then: () => void): void {
    // What the driver wrote before its word was ready to be read when that was: in the same round of the event loop, which is over at the next immediate. To ask each
    // descriptor by a read would take longer. But a `head` may have made the reports ready, and by the time that they are read `done` stands behind it.
    const all = this.#reported
    this.#reported = false
    setImmediate(() => {
      for (const output of this.#outputs) if (all || output.behind) output.drain()
      then()
    })
  }

  /** Hands over what the outputs hold now, as much as is possible in 20 ms each: their driver is of no more use. */
  drain(): void {
    for (const output of this.#outputs) output.drain(20)
  }

  /** Hands over what the reports hold now: the driver has ended. */
  drainReports(): void {
    this.#reports?.drain()
  }

  /** Takes back what the handler did not read of its event. */
  reset(): void {
    this.#stdin?.reset()
  }

  close(): void {
    for (const output of this.#outputs.splice(0)) output.close()
    this.#reports?.close()
    this.#stdin?.close()
    for (const leash of this.#leashes) leash.close()
  }
}
