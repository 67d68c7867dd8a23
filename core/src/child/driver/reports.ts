import type { Frame } from '../protocol/frames.ts'
import { LineSplitter } from '../protocol/lines.ts'
import { PipeReader } from './pipes.ts'

interface ReportEvents {
  onReport(frame: Frame): boolean
  onNoise(line: Buffer): void
}

/** The kinds of reports, and whether JSON follows. */
const kinds: Readonly<Record<string, 'json' | 'empty'>> = {
  head: 'json',
  cause: 'json',
  ask: 'json',
  done: 'empty',
  failed: 'json',
  idle: 'empty',
}

/**
 * Reads the pipe for reports of an event's own processes, a line each: a kind, the event's number, and JSON. Any
 * process of the handler can write to it, so an invalid line is not a fault of the driver.
 */
export class ReportReader {
  readonly #reader: PipeReader

  constructor(path: string, { onReport, onNoise }: ReportEvents) {
    const lines = new LineSplitter((line) => {
      const frame = parse(line)
      if (!frame || !onReport(frame)) onNoise(line)
    })
    this.#reader = new PipeReader(path, (chunk) => lines.push(chunk))
  }

  start(): void {
    this.#reader.start()
  }

  /** Reads the lines that are in the pipe now. */
  drain(): void {
    this.#reader.drain()
  }

  close(): void {
    this.#reader.close()
  }
}

/** `done 7`, `failed 7 {…}`. Only `head` may omit the event's number, because executables write it by hand. */
const pattern = /^(?<kind>[a-z]+)(?: (?<event>\d{1,15}))?(?: |$)/
const longestStart = 40

function parse(line: Buffer): Frame | undefined {
  const match = pattern.exec(line.toString('latin1', 0, longestStart))
  const { kind = '', event } = match?.groups ?? {}
  const form = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (!match || (event === undefined && kind !== 'head')) return undefined
  const payload = line.subarray(match[0].length)
  if (form === 'empty' ? payload.length > 0 : form === undefined || !isJsonObject(payload)) return undefined
  return { kind, payload, ...(event !== undefined && { event: Number(event) }) }
}

function isJsonObject(text: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(text.toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
