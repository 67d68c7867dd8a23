import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import type { Awaitable } from '../../contract.ts'
import type { Ask } from '../protocol/messages.ts'
import { openUnnamedFile } from './unnamed-file.ts'

/** Makes what is asked for; `undefined` when there is no such thing. */
type Make = (what: string) => Awaitable<Uint8Array | undefined>

/**
 * What an event's own processes ask for while it runs. Each thing is made once, put into a file without a name, and handed over by the path to it, in a line on the pipe that
 * the asking process has made.
 */
export class HandedOver {
  readonly #folder: string
  readonly #make: Make
  readonly #files = new Map<string, Promise<number>>()

  /** @param folder a private one, for the files */
  constructor(folder: string, make: Make) {
    this.#folder = folder
    this.#make = make
  }

  /** Never rejects: what can't be had is an empty line. */
  async answer({ what, pipe }: Ask): Promise<void> {
    let file = this.#files.get(what)
    if (!file) {
      file = this.#open(what)
      this.#files.set(what, file)
    }
    try {
      writeLine(pipe, `/proc/${process.pid}/fd/${await file}\n`)
    } catch {
      writeLine(pipe, '\n')
    }
  }

  /** The event is answered. */
  close(): void {
    for (const file of this.#files.values()) file.then(closeSync, () => {})
    this.#files.clear()
  }

  async #open(what: string): Promise<number> {
    const bytes = await this.#make(what)
    if (!bytes) throw new Error(`the language has no '${what}'`)
    const fd = openUnnamedFile(this.#folder)
    for (let offset = 0; offset < bytes.length;) offset += writeSync(fd, bytes, offset)
    return fd
  }
}

/** Any process of the handler's can ask: only a pipe is written to, and none that is full. */
function writeLine(pipe: string, line: string): void {
  let fd: number | undefined
  try {
    fd = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK)
    if (fstatSync(fd).isFIFO()) writeSync(fd, line)
  } catch {
    // Who asked is gone.
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
