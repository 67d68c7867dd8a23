import type { Frame } from '../protocol/frames.ts'
import { LineSplitter } from '../protocol/lines.ts'
import { PipeReader } from './pipes.ts'

interface ReportEvents {
  onReport(frame: Frame): boolean
  onNoise(line: Buffer): void
}

/** What an event's process may report, and whether JSON follows. */
const kinds: Readonly<Record<string, 'json' | 'empty'>> = {
  head: 'json',
  cause: 'json',
  done: 'empty',
  failed: 'json',
  idle: 'empty',
}

/**
 * Reads the pipe on which an event's own processes report, a line each: `done`, or a kind and its JSON. Any process of the handler's can write to it, so what is no report
 * is not the driver's fault.
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

  /** Reads what the pipe holds now. */
  drain(): void {
    this.#reader.drain()
  }

  close(): void {
    this.#reader.close()
  }
}

function parse(line: Buffer): Frame | undefined {
  const space = line.indexOf(32)
  const kind = line.toString('latin1', 0, space < 0 ? line.length : space)
  const payload = space < 0 ? line.subarray(line.length) : line.subarray(space + 1)
  const form = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (form === 'empty' && payload.length === 0) return { kind, payload }
  return form === 'json' && isJsonObject(payload) ? { kind, payload } : undefined
}

function isJsonObject(text: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(text.toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
