import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { readNow } from './descriptor-io.ts'

/** Detects whether any process still holds the write end of a pipe. */
export class Leash {
  readonly #fd: number

  constructor(path: string) {
    this.#fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  }

  /** The pipe's inode. */
  get inode(): number {
    return fstatSync(this.#fd).ino
  }

  /**
   * A pipe without a writer is at its end; with a writer, a read would have to wait. If the read returns bytes, the
   * writer may still exist, so the next check decides.
   */
  get held(): boolean {
    return readNow(this.#fd) !== 0
  }

  close(): void {
    closeSync(this.#fd)
  }
}
