import type { FrameEvents } from './frame-queue.ts'
import { PipeReader, PipeWriter } from './pipes.ts'

/** How a worker ended: exit code, or signal. */
export interface Ending {
  readonly exitCode?: number | undefined
  readonly signal?: string | undefined
  /** The thing that ended; a process when absent. */
  readonly what?: string
  /** Why, when neither code nor signal says it. */
  readonly problem?: string | undefined
}

export interface DriverEvents extends FrameEvents {
  /** Also: the worker could not be started. */
  onError(error: Error): void
  /** After the last frame. */
  onExit(ending: Ending): void
}

/** How a lane reaches its driver: a process of its own, or a thread of one that lanes share. */
export interface DriverLink {
  /** The process whose descriptors the driver names. */
  readonly pid: number | undefined
  /** Settles when the driver has ended, could not be started, or can't be ended. */
  readonly exited: Promise<void>
  /** How its process has ended; known before `exited` settles. */
  readonly ending?: Ending | undefined
  /** The content of its first standard error. */
  readonly complaint: string
  /** The received part of an incomplete frame: `6 of 600 bytes of 'done'`. */
  readonly partial: string
  /** It has started, and is not asked for complaints any more. */
  started(): void
  send(frames: Buffer): void
  /**
   * Opens the pipes that the driver has made for its frames; they are used from `usePipes` on.
   * @throws when the process has no such descriptor; none is left open then
   */
  openPipes(inPath: string, outPath: string): ControlPipes
  /** From now on frames travel through pipes, which cost less than the sockets that a process is started with. */
  usePipes(pipes: ControlPipes): void
  /** Ends the driver itself, unless it has ended. */
  kill(): void
  /** Ends the control descriptors, at which a driver exits. */
  end(): void
  /** Lets go of all descriptors. */
  destroy(): void
}

/** Pipes that a driver has made for its frames. */
export interface ControlPipes {
  readonly in: PipeWriter
  readonly out: PipeReader
}

/** @throws when the process has no such descriptor; none is left open then */
export function openControlPipes(
  inPath: string,
  outPath: string,
  onChunk: (chunk: Buffer) => void,
  onEnd?: () => void,
): ControlPipes {
  const out = new PipeReader(outPath, onChunk, onEnd)
  try {
    return { in: new PipeWriter(inPath), out }
  } catch (error) {
    out.close()
    throw error
  }
}
