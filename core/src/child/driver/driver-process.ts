import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { LaneBrokenError } from '../../lane/lane.ts'
import { trace } from '../../trace.ts'
import { settledWithin } from '../../waiting.ts'
import { openControlPipes } from './driver-link.ts'
import type { ControlPipes, DriverEvents, DriverLink, Ending } from './driver-link.ts'
import { FrameQueue } from './frame-queue.ts'
import { traceSent } from './frame-trace.ts'
import { checkRoomForSpawn } from './room-for-spawn.ts'
import { openUnnamedFile, readBeginning } from './unnamed-file.ts'

export interface DriverProcessOptions {
  /** Name in traces. */
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** A private folder. */
  readonly tmp: string
}

/** How long the control descriptor may stay open behind a process that ended. */
const lastFramesMs = 50
/** Bytes of the driver's standard error at its start that fit an error message. */
const complaintLimit = 4_000

/**
 * A process with the two control descriptors of docs/child-languages.md, leader of its own session and process group.
 */
export class DriverProcess implements DriverLink {
  readonly exited: Promise<void>
  readonly #child: ChildProcess
  readonly #toChild: Writable
  readonly #fromChild: Readable
  readonly #name: string
  readonly #events: DriverEvents
  readonly #frames: FrameQueue
  #pipes: ControlPipes | undefined
  #ending: Ending | undefined
  /**
   * Until the driver makes its own pipes, its standard error is a file: Node's pipes are slow to make, and slower to
   * close.
   */
  #complaints: number | undefined

  constructor({ name, file, args, cwd, env, tmp }: DriverProcessOptions, events: DriverEvents) {
    this.#name = name
    this.#events = events
    this.#frames = new FrameQueue(name, events, () => this.#pipes?.out ?? this.#fromChild)
    checkRoomForSpawn()
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
        const ending = { exitCode: code ?? undefined, signal: signal ?? undefined }
        this.#ending = ending
        // Its last frames may not have arrived yet.
        void settledWithin(closed(this.#fromChild), lastFramesMs).then(() => {
          this.#pipes?.out.drain()
          events.onExit(ending)
          resolve()
        })
      })
    })
    // The process may have ended before a write; its exit reports this.
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

  get ending(): Ending | undefined {
    return this.#ending
  }

  get complaint(): string {
    return this.#complaints === undefined ? '' : readBeginning(this.#complaints, complaintLimit).trim()
  }

  get partial(): string {
    return this.#frames.partial
  }

  started(): void {
    if (this.#complaints !== undefined) closeSync(this.#complaints)
    this.#complaints = undefined
  }

  send(frames: Buffer): void {
    if (trace.frames) traceSent(this.#name, frames)
    if (this.#pipes) this.#pipes.in.write(frames)
    else this.#toChild.write(frames)
  }

  openPipes(inPath: string, outPath: string): ControlPipes {
    const onChunk = (chunk: Buffer): void => this.#frames.push(chunk)
    return openControlPipes(inPath, outPath, onChunk, () => void this.#onEnd())
  }

  usePipes(pipes: ControlPipes): void {
    this.#pipes = pipes
    pipes.out.start()
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  end(): void {
    this.#toChild.end()
    this.#pipes?.in.end()
  }

  destroy(): void {
    this.#toChild.destroy()
    this.#fromChild.destroy()
    this.#pipes?.in.close()
    this.#pipes?.out.close()
    this.started()
  }

  /** Bytes from the descriptor that the driver was started with. */
  #receiveFirst(chunk: Buffer): void {
    if (!this.#pipes) return this.#frames.push(chunk)
    const said = JSON.stringify(chunk.toString('latin1', 0, 40))
    this.#events.onError(
      new LaneBrokenError(`the driver announced pipes in 'control', but sent ${said} on descriptor 4`),
    )
    return undefined
  }

  /** No process holds the control descriptor: either the driver is about to exit, or it has closed the descriptor. */
  async #onEnd(): Promise<void> {
    if (await settledWithin(this.exited, 2 * lastFramesMs)) return
    this.#events.onError(new LaneBrokenError('the driver closed its control descriptor'))
  }
}

function closed(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.readableEnded) resolve()
    else stream.once('close', resolve).once('end', resolve)
  })
}
