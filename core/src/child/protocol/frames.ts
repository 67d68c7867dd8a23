import { LaneBrokenError } from '../../lane/lane.ts'

/**
 * `kind length\n`, or `kind length event\n` for what belongs to an event, then `length` bytes: the protocol of
 * docs/child-languages.md.
 */
export interface Frame {
  readonly kind: string
  readonly payload: Buffer
  /** The number of its event. */
  readonly event?: number
}

/** A longer header is invalid. */
const maxHeader = 64
const headerPattern = /^([a-z]+) (\d{1,12})(?: (\d{1,15}))?$/

/** Bytes of one frame; the payload is UTF-8 text. */
export function encodeFrame(kind: string, payload: string): Buffer {
  return Buffer.from(`${kind} ${Buffer.byteLength(payload)}\n${payload}`)
}

/** Splits a byte stream into frames, at any chunk boundaries. Payloads may share memory with the chunks. */
export class FrameParser {
  #header = ''
  #kind = ''
  #event: number | undefined
  #length = 0
  #missing = -1
  #parts: Buffer[] = []

  /** The received part of an incomplete frame: `6 of 600 bytes of 'done'`; empty between frames. */
  get partial(): string {
    if (this.#missing >= 0) return `${this.#length - this.#missing} of ${this.#length} bytes of '${this.#kind}'`
    return this.#header === '' ? '' : `the beginning of a frame, ${JSON.stringify(this.#header)}`
  }

  #readHeader(chunk: Buffer, offset: number): number {
    const end = chunk.indexOf(10, offset)
    this.#header += chunk.toString('latin1', offset, end < 0 ? Math.min(chunk.length, offset + maxHeader + 1) : end)
    if (end < 0 && this.#header.length <= maxHeader) return chunk.length
    const header = this.#header
    const match = end < 0 ? null : headerPattern.exec(header)
    this.#header = ''
    if (!match) throw new LaneBrokenError(`expected a frame, got ${JSON.stringify(header.slice(0, maxHeader))}`)
    this.#kind = match[1] as string
    this.#length = Number(match[2])
    this.#event = match[3] === undefined ? undefined : Number(match[3])
    this.#missing = this.#length
    return end + 1
  }

  /**
   * Adds the frames that the chunk completes to those that were read before.
   * @returns `frames`
   * @throws LaneBrokenError when the stream is not made of frames; frames before the fault have been added
   */
  push(chunk: Buffer, frames: Frame[] = []): readonly Frame[] {
    let offset = 0
    while (offset < chunk.length || this.#missing === 0) {
      if (this.#missing < 0) {
        offset = this.#readHeader(chunk, offset)
        continue
      }
      const part = chunk.subarray(offset, offset + this.#missing)
      offset += part.length
      this.#missing -= part.length
      // Fast path: nearly always a frame arrives in one piece.
      if (this.#missing === 0 && this.#parts.length === 0) {
        this.#add(part, frames)
        continue
      }
      if (part.length > 0) this.#parts.push(part)
      if (this.#missing > 0) break
      this.#add(Buffer.concat(this.#parts), frames)
      this.#parts = []
    }
    return frames
  }

  #add(payload: Buffer, frames: Frame[]): void {
    this.#missing = -1
    const [kind, event] = [this.#kind, this.#event]
    frames.push(event === undefined ? { kind, payload } : { kind, payload, event })
  }
}
