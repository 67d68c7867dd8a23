import { recordOf, writeRecord } from './record.ts'
import type { Recordable } from './record.ts'

/** An invocation of `anyhandler dev`, as its listeners get it. */
interface Ending {
  readonly id: string
  readonly isDone: boolean
  record(): Recordable
}

/** Writes each invocation to a file when it has ended. */
export class Recorder {
  readonly #folder: string
  readonly #say: (sentence: string) => void
  /** A change after the end is no second end. */
  readonly #written = new Set<string>()

  constructor(folder: string, say: (sentence: string) => void) {
    this.#folder = folder
    this.#say = say
  }

  changed(invocation: Ending): void {
    if (!invocation.isDone || this.#written.has(invocation.id)) return
    this.#written.add(invocation.id)
    try {
      const record = recordOf(invocation.record())
      if (record) writeRecord(this.#folder, record)
    } catch (error) {
      this.#say(`the invocation ${invocation.id} could not be recorded: ${(error as Error).message}`)
    }
  }

  /** The server has forgotten them. */
  gone(ids: readonly string[]): void {
    for (const id of ids) this.#written.delete(id)
  }
}
