import { trace, traceBody } from '../../trace.ts'
import type { Frame } from '../protocol/frames.ts'

/** Kinds of frames whose payload has no part of an event, an answer or the environment. */
const open: ReadonlySet<string> = new Set(['ready', 'load', 'loaded', 'hook', 'idle'])

/** Traces a frame or a report from a driver. Call it only if `trace.frames` is on. */
export function traceReceived(name: string, { kind, payload, event }: Frame): void {
  const of = event === undefined ? '' : ` of event ${event}`
  trace.frames?.(`${name} → host: ${kind}${of}, ${payload.length} bytes${traceBody(payload, !open.has(kind))}`)
}

/** Traces the frames of one write to a driver. Call it only if `trace.frames` is on. */
export function traceSent(name: string, frames: Buffer): void {
  for (let offset = 0; offset < frames.length;) {
    const end = frames.indexOf(10, offset)
    const [kind = '', ...lengths] = frames.toString('latin1', offset, end).split(' ')
    // The third number of `task`, `file` and `input` is the event's.
    const length = lengths.slice(0, 2).reduce((sum, each) => sum + Number(each), 0)
    const payload = frames.subarray(end + 1, end + 1 + length)
    trace.frames?.(`host → ${name}: ${kind}, ${length} bytes${traceBody(payload, !open.has(kind))}`)
    offset = end + 1 + length
  }
}
