import { closeSync, constants, openSync } from 'node:fs'
import { LaneBrokenError } from '../../lane/lane.ts'
import { readNow, writeNow } from '../../leftovers/descriptor-io.ts'

/**
 * A pipe with one byte for each record of a series that has not begun. The driver takes a byte before it begins with a
 * record. The host takes the bytes of those that must not begin. One of the two gets each byte, also when the driver
 * dies.
 */
export class Claims {
  readonly #fd: number

  /** @param path of either end of the pipe that the driver has made */
  constructor(path: string) {
    this.#fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  }

  /** @throws LaneBrokenError when the pipe isn't empty, or has no room */
  offer(count: number): void {
    if (readNow(this.#fd) >= 0) throw new LaneBrokenError('the claims of the last series were not used up')
    if (writeNow(this.#fd, Buffer.alloc(count, '.')) < count)
      throw new LaneBrokenError('the claims could not be written')
  }

  /** @returns the number of records that have not begun and won't begin any more */
  takeBack(): number {
    return Math.max(0, readNow(this.#fd))
  }

  close(): void {
    closeSync(this.#fd)
  }
}
