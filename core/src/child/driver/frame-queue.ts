import { trace } from '../../trace.ts'
import { FrameParser } from '../protocol/frames.ts'
import type { Frame } from '../protocol/frames.ts'
import { traceReceived } from './frame-trace.ts'

export interface FrameEvents {
  /** Gets frame after frame; while a promise that it gave is open, the next one waits and the descriptor isn't read. */
  onFrame(frame: Frame): void | PromiseLike<void>
  /** The error for bytes that are no frame, or for a frame that can't be accepted. */
  onError(error: Error): void
}

/** Where the bytes come from. */
interface Source {
  pause(): unknown
  resume(): unknown
}

/** Hands over the frames of a byte stream, one after the other. */
export class FrameQueue {
  readonly #name: string
  readonly #events: FrameEvents
  readonly #source: () => Source
  readonly #parser = new FrameParser()
  readonly #frames: Frame[] = []
  #busy = false

  /** @param name for traces */
  constructor(name: string, events: FrameEvents, source: () => Source) {
    this.#name = name
    this.#events = events
    this.#source = source
  }

  /** The received part of an incomplete frame: `6 of 600 bytes of 'done'`. */
  get partial(): string {
    return this.#parser.partial
  }

  push(chunk: Buffer): void {
    try {
      this.#parser.push(chunk, this.#frames)
    } catch (error) {
      // The frames before the fault count.
      this.#next()
      this.#events.onError(error as Error)
      return
    }
    this.#next()
  }

  #next(): void {
    while (!this.#busy) {
      const frame = this.#frames.shift()
      if (!frame) return
      if (trace.frames) traceReceived(this.#name, frame)
      try {
        const busy = this.#events.onFrame(frame)
        if (busy) this.#wait(busy)
      } catch (error) {
        this.#events.onError(error as Error)
      }
    }
  }

  #wait(busy: PromiseLike<void>): void {
    this.#busy = true
    const source = this.#source()
    source.pause()
    const resume = (): void => {
      this.#busy = false
      source.resume()
      this.push(Buffer.alloc(0))
    }
    busy.then(resume, resume)
  }
}
