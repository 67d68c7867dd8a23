import type { ByteSink } from './byte-sink.ts'
import { fieldColon } from './response-head.ts'
import { WireError, wireLimits } from './wire.ts'

const sizeLine = /^([0-9a-fA-F]{1,12})(?:;[\t\x20-\x7e\x80-\xff]*)?$/
const forbidden = /[\0-\x08\x0a-\x1f\x7f]/
/** Limit in bytes for a chunk's size line with its extensions: these are never long, and nothing else limits them. */
const sizeLineLimit = 4096

type State = 'size' | 'data' | 'data-end' | 'trailers' | 'done'

/** Pattern for the beginning of a line: a wrong line is refused at once, because its rest may never arrive. */
const beginnings: Readonly<Record<State, RegExp | undefined>> = {
  size: /^[0-9a-fA-F]{1,12}(?:\r?$|;)/,
  data: undefined,
  'data-end': /^\r$/,
  trailers: undefined,
  done: undefined,
}

/** Removes the chunked coding from a body, RFC 9112 §7.1. Chunk extensions and trailers are checked and discarded. */
export class ChunkedDecoder {
  readonly #sink: ByteSink
  #state: State = 'size'
  #line = ''
  #missing = 0
  #trailerBytes = 0

  constructor(sink: ByteSink) {
    this.#sink = sink
  }

  get done(): boolean {
    return this.#state === 'done'
  }

  /**
   * Reads from `at` and returns its final position: the end of `bytes`, or the end of the body. @throws WireError
   * `protocol`
   */
  write(bytes: Buffer, at: number): number {
    while (at < bytes.length && this.#state !== 'done') {
      at = this.#state === 'data' ? this.#readData(bytes, at) : this.#readLine(bytes, at)
    }
    return at
  }

  #readData(bytes: Buffer, at: number): number {
    const end = Math.min(at + this.#missing, bytes.length)
    this.#sink.append(bytes, at, end)
    this.#missing -= end - at
    if (this.#missing === 0) this.#state = 'data-end'
    return end
  }

  #readLine(bytes: Buffer, at: number): number {
    const newline = bytes.indexOf(0x0a, at)
    const end = newline < 0 ? bytes.length : newline
    const limit =
      this.#state === 'data-end' ? 1 : this.#state === 'size' ? sizeLineLimit : wireLimits.head - this.#trailerBytes
    if (this.#line.length + end - at > limit) {
      throw new WireError(
        'protocol',
        'a chunk of the response is longer than its size, or its extensions or trailers are too long',
      )
    }
    this.#line += bytes.toString('latin1', at, end)
    if (newline < 0) {
      if (beginnings[this.#state]?.test(this.#line) === false) throw malformed(this.#line)
      return end
    }
    if (!this.#line.endsWith('\r'))
      throw new WireError('protocol', 'a line in the chunked response ends without a carriage return')
    const line = this.#line.slice(0, -1)
    this.#line = ''
    this.#takeLine(line)
    return newline + 1
  }

  #takeLine(line: string): void {
    switch (this.#state) {
      case 'size': {
        const match = sizeLine.exec(line)
        if (!match?.[1]) throw malformed(line)
        this.#missing = Number.parseInt(match[1], 16)
        if (this.#missing === 0) this.#state = 'trailers'
        else if (this.#sink.length + this.#missing > wireLimits.body)
          throw new WireError('protocol', `the response's body is larger than ${wireLimits.body} bytes`)
        else this.#state = 'data'
        break
      }
      case 'data-end':
        this.#state = 'size'
        break
      default:
        if (line === '') {
          this.#state = 'done'
        } else {
          if (forbidden.test(line))
            throw new WireError('protocol', 'a trailer of the response holds a control character')
          fieldColon(line, 0, line.length)
          this.#trailerBytes += line.length + 2
        }
    }
  }
}

function malformed(line: string): WireError {
  return new WireError('protocol', `the response holds '${line.slice(0, 40)}' in place of a chunk's size or end`)
}
