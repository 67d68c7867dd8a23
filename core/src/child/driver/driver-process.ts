import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { LaneBrokenError } from '../../lane/lane.ts'
import { FrameParser } from '../protocol/frames.ts'
import type { Frame } from '../protocol/frames.ts'
import { trace } from '../../trace.ts'
import { settledWithin } from '../../waiting.ts'
import { traceReceived, traceSent } from './frame-trace.ts'
import { PipeReader, PipeWriter } from './pipes.ts'
import { openUnnamedFile, readBeginning } from './unnamed-file.ts'

export interface DriverProcessOptions {
  /** For traces. */
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** A private folder. */
  readonly tmp: string
}

/** Pipes that a driver has made for its frames. */
export interface ControlPipes {
  readonly in: PipeWriter
  readonly out: PipeReader
}

export interface DriverEvents {
  /** Gets frame after frame; while a promise that it gave is open, the next one waits and the descriptor isn't read. */
  onFrame(frame: Frame): void | PromiseLike<void>
  /** The process could not be started, or what it sent was no frame. */
  onError(error: Error): void
  /** After the last frame. */
  onExit(exitCode: number | undefined, signal: string | undefined): void
}

/** How long the control descriptor may stay open behind a process that ended. */
const lastFramesMs = 50
/** What a driver complains about at its start: as much as fits an error message. */
const complaintLimit = 4_000

/** A process with the two control descriptors of docs/child-languages.md, leader of its own session and process group. */
export class DriverProcess {
  /** Settles when the process has ended, or could not be started. */
  readonly exited: Promise<void>
  readonly #child: ChildProcess
  readonly #toChild: Writable
  readonly #fromChild: Readable
  readonly #name: string
  readonly #events: DriverEvents
  readonly #parser = new FrameParser()
  readonly #frames: Frame[] = []
  #pipes: ControlPipes | undefined
  #busy = false
  /** What it writes to standard error before it makes pipes of its own goes into a file: a pipe of Node's is expensive to make, and more so to close. */
  #complaints: number | undefined

  constructor({ name, file, args, cwd, env, tmp }: DriverProcessOptions, events: DriverEvents) {
    this.#name = name
    this.#events = events
    const complaints = openUnnamedFile(tmp)
    this.#complaints = complaints
    const child = spawn(file, args, {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'ignore', complaints, 'pipe', 'pipe'],
    })
    this.#child = child
    this.#toChild = child.stdio[3] as Writable
    this.#fromChild = child.stdio[4] as Readable
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => {
        events.onError(error)
        resolve()
      })
      child.once('exit', (code, signal) => {
        // Its last frames may still be on their way.
        void settledWithin(closed(this.#fromChild), lastFramesMs).then(() => {
          this.#pipes?.out.drain()
          events.onExit(code ?? undefined, signal ?? undefined)
          resolve()
        })
      })
    })
    // The process may be gone by the time something is written: its exit says so.
    this.#toChild.on('error', () => {})
    this.#fromChild.on('error', () => {})
    this.#fromChild.on('data', (chunk: Buffer) => this.#receiveFirst(chunk))
    this.#fromChild.once('close', () => {
      if (!this.#pipes) void this.#onEnd()
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** What it wrote to its first standard error. */
  get complaint(): string {
    return this.#complaints === undefined ? '' : readBeginning(this.#complaints, complaintLimit).trim()
  }

  /** What has come of a frame that isn't complete: `6 of 600 bytes of 'done'`. */
  get partial(): string {
    return this.#parser.partial
  }

  /** It has started, and is not asked for complaints any more. */
  started(): void {
    if (this.#complaints !== undefined) closeSync(this.#complaints)
    this.#complaints = undefined
  }

  send(frames: Buffer): void {
    if (trace.frames) traceSent(this.#name, frames)
    if (this.#pipes) this.#pipes.in.write(frames)
    else this.#toChild.write(frames)
  }

  /**
   * Opens the pipes that the driver has made for its frames; they are used from `usePipes` on.
   * @throws when the process has no such descriptor; none is left open then
   */
  openPipes(inPath: string, outPath: string): ControlPipes {
    const out = new PipeReader(
      outPath,
      (chunk) => this.#receive(chunk),
      () => void this.#onEnd(),
    )
    try {
      return { in: new PipeWriter(inPath), out }
    } catch (error) {
      out.close()
      throw error
    }
  }

  /** From now on frames travel through pipes, which cost less than the sockets that a process is started with. */
  usePipes(pipes: ControlPipes): void {
    this.#pipes = pipes
    pipes.out.start()
  }

  /** Ends the process itself, unless it has ended. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** Ends the control descriptors, at which a driver exits. */
  end(): void {
    this.#toChild.end()
    this.#pipes?.in.end()
  }

  /** Lets go of all descriptors. */
  destroy(): void {
    this.#toChild.destroy()
    this.#fromChild.destroy()
    this.#pipes?.in.close()
    this.#pipes?.out.close()
    this.started()
  }

  /** What comes through the descriptor that the driver was started with. */
  #receiveFirst(chunk: Buffer): void {
    if (!this.#pipes) return this.#receive(chunk)
    const said = JSON.stringify(chunk.toString('latin1', 0, 40))
    this.#events.onError(
      new LaneBrokenError(`the driver promised pipes in 'control', and sent ${said} on descriptor 4`),
    )
    return undefined
  }

  /** Nobody holds the control descriptor: the driver's exit is on its way, or it has closed the descriptor. */
  async #onEnd(): Promise<void> {
    if (await settledWithin(this.exited, 2 * lastFramesMs)) return
    this.#events.onError(new LaneBrokenError('the driver closed its control descriptor'))
  }

  #receive(chunk: Buffer): void {
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
    const source = this.#pipes?.out ?? this.#fromChild
    source.pause()
    const resume = (): void => {
      this.#busy = false
      source.resume()
      this.#receive(Buffer.alloc(0))
    }
    busy.then(resume, resume)
  }
}

function closed(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.readableEnded) resolve()
    else stream.once('close', resolve).once('end', resolve)
  })
}
