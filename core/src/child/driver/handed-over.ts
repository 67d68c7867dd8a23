import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import type { Awaitable } from '../../contract.ts'
import type { Ask } from '../protocol/messages.ts'
import { openUnnamedFile } from './unnamed-file.ts'

/** Makes the requested bytes; `undefined` if they don't exist. */
type Make = (what: string) => Awaitable<Uint8Array | undefined>

/**
 * Answers requests that an event's own processes make while it runs. Each kind of data is made once and put into a file
 * without a name. The asking process gets the file's path, in a line on the pipe that it has made.
 */
export class HandedOver {
  readonly #folder: string
  readonly #make: Make
  readonly #files = new Map<string, Promise<number>>()

  /** @param folder a private folder for the files */
  constructor(folder: string, make: Make) {
    this.#folder = folder
    this.#make = make
  }

  /** Never rejects: the answer to an impossible request is an empty line. */
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

  /** Called when the event is answered. */
  close(): void {
    for (const file of this.#files.values()) file.then(closeSync, () => {})
    this.#files.clear()
  }

  async #open(what: string): Promise<number> {
    const bytes = await this.#make(what)
    if (!bytes) throw new Error(`the plugin can't provide '${what}'`)
    const fd = openUnnamedFile(this.#folder)
    for (let offset = 0; offset < bytes.length;) offset += writeSync(fd, bytes, offset)
    return fd
  }
}

/** Any process of the handler can send a request, so the host writes only to a pipe, and never to a full one. */
function writeLine(pipe: string, line: string): void {
  let fd: number | undefined
  try {
    fd = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK)
    if (fstatSync(fd).isFIFO()) writeSync(fd, line)
  } catch {
    // The asking process has ended.
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
