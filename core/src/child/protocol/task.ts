import { isAscii } from 'node:buffer'
import type { TaskFailure } from '../../lane/lane.ts'
import { encodeFrame } from './frames.ts'
import type { Head } from './head.ts'
import type { Ask } from './messages.ts'
import type { Ready } from './ready.ts'
import { markName } from '../../mark.ts'

export interface ChildTask {
  /** The `context` frame's lines about the event, without the mark: `key=value`, each with its newline. */
  context(): string
  /** The lines that the plugin adds. */
  readonly further: string
  readonly event: Uint8Array
  /** Gets the content of `head` frames. */
  onHead(head: Head): void
  /** Gets requests of the event's own processes. */
  onAsk?(ask: Ask): void
  /** Present if the task has several events; `event` is empty then. */
  readonly series?: TaskSeries
  /** Gets the output of the task, with some drivers also after its answer. The pipe waits for a returned promise. */
  onOutput(output: string, chunk: Buffer): void | PromiseLike<void>
}

/** The driver that runs a series. */
export interface SeriesDriver {
  /** Takes back the events that have not begun: always the last ones. @returns their number */
  takeBack(): number
  /** Passes on what the outputs hold now. */
  readOutputs(): void
}

/** Events that a driver runs one after the other; it reports only failures. */
export interface TaskSeries {
  readonly events: readonly Uint8Array[]
  /** The series is being sent. */
  begin(driver: SeriesDriver): void
  /** An event has failed. @param index counts from 0 */
  onFailed(index: number, failure: TaskFailure): void
  /**
   * No further event begins. @param done the number of events that were run to their end; `undefined` when the driver
   * has not said it @returns the number of events that were begun
   */
  end(done?: number): number
}

/** True if an event can't be sent in a frame. A language with a length limit, a shell, can't take NUL bytes either. */
export function needsFile({ frameLimit, environment }: Ready, event: Uint8Array): boolean {
  if (frameLimit === undefined) return false
  return event.length > frameLimit || (environment === true && !isAscii(event)) || event.includes(0)
}

/** True if the event's file is also its standard input. */
export function isStdinFile({ frameLimit, environment, stdinFile }: Ready, event: Uint8Array): boolean {
  return stdinFile === true && environment === true && frameLimit !== undefined && event.length > frameLimit
}

/** An event in the form for a driver. */
export interface Sent {
  /** Counted from 1 in each lane; the driver's messages about the event have this number. */
  readonly number: number
  /** Set in the environment of all processes that the handler starts. */
  readonly mark: string
  /** Path of the event's file, if the event is not in its frame. */
  readonly file?: string | undefined
}

/** The frames of a task, in one piece. */
export function encodeTask(task: ChildTask, ready: Ready, sent: Sent): Buffer {
  if (ready.environment) return encodeEnvironment(task, ready, sent)
  const { number, mark, file } = sent
  const lines = `${task.context()}${task.further}event=${number}\nmark=${mark}\n`
  if (task.series) return encodeSeries(lines, task.series.events)
  if (file !== undefined)
    return Buffer.concat([encodeFrame('context', `${lines}eventFile=${file}\n`), encodeFrame('event', '')])
  return joined(`context ${Buffer.byteLength(lines)}\n${lines}event ${task.event.length}\n`, task.event)
}

function encodeSeries(context: string, events: readonly Uint8Array[]): Buffer {
  const lines = `${context}records=${events.length}\n`
  const frames = events.flatMap((event) => [Buffer.from(`event ${event.length}\n`), event])
  return Buffer.concat([encodeFrame('context', lines), ...frames])
}

/** One header for both payloads, because each header costs a shell a read. */
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
