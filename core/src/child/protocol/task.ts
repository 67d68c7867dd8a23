import { isAscii } from 'node:buffer'
import { encodeFrame } from './frames.ts'
import type { Head } from './head.ts'
import type { Ask } from './messages.ts'
import type { Ready } from './ready.ts'
import { markName } from '../../mark.ts'

export interface ChildTask {
  /** What the host says of the event in the `context` frame, without the mark: `key=value` lines, each with its newline. */
  context(): string
  /** The lines that the plugin adds. */
  readonly further: string
  readonly event: Uint8Array
  /** Gets what `head` frames say. */
  onHead(head: Head): void
  /** Hears what the event's own processes ask for. */
  onAsk?(ask: Ask): void
  /** Gets what the task writes, with some drivers also after its answer; a promise makes the pipe wait. */
  onOutput(output: string, chunk: Buffer): void | PromiseLike<void>
}

/** Whether an event can't travel in a frame. A language that can't take any length can't take NUL bytes either: a shell. */
export function needsFile({ frameLimit, environment }: Ready, event: Uint8Array): boolean {
  if (frameLimit === undefined) return false
  return event.length > frameLimit || (environment === true && !isAscii(event)) || event.includes(0)
}

/** Whether the file that holds an event is its standard input, too. */
export function isStdinFile({ frameLimit, environment, stdinFile }: Ready, event: Uint8Array): boolean {
  return stdinFile === true && environment === true && frameLimit !== undefined && event.length > frameLimit
}

/** An event on its way to a driver. */
export interface Sent {
  /** Counted from 1 in each lane: what the driver says of the event carries it. */
  readonly number: number
  /** In the environment of everything that the handler starts. */
  readonly mark: string
  /** Path of the file that holds the event in place of its frame. */
  readonly file?: string | undefined
}

/** The frames of a task, in one piece. */
export function encodeTask(task: ChildTask, ready: Ready, sent: Sent): Buffer {
  if (ready.environment) return encodeEnvironment(task, ready, sent)
  const { number, mark, file } = sent
  const lines = `${task.context()}${task.further}event=${number}\nmark=${mark}\n`
  if (file !== undefined)
    return Buffer.concat([encodeFrame('context', `${lines}eventFile=${file}\n`), encodeFrame('event', '')])
  return joined(`context ${Buffer.byteLength(lines)}\n${lines}event ${task.event.length}\n`, task.event)
}

/** One header for both payloads: a shell pays for each. */
function encodeEnvironment({ further, event }: ChildTask, ready: Ready, { number, mark, file }: Sent): Buffer {
  const variables = `${further}${markName}=${mark}`
  const size = Buffer.byteLength(variables)
  if (file !== undefined) {
    const kind = isStdinFile(ready, event) ? 'input' : 'file'
    return Buffer.from(`${kind} ${size} ${Buffer.byteLength(file)} ${number}\n${variables}${file}`)
  }
  return joined(`task ${size} ${event.length} ${number}\n${variables}`, event)
}

function joined(head: string, event: Uint8Array): Buffer {
  const size = Buffer.byteLength(head)
  const bytes = Buffer.allocUnsafe(size + event.length)
  bytes.write(head)
  bytes.set(event, size)
  return bytes
}
