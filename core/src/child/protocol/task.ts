import { isAscii } from 'node:buffer'
import type { Ready } from './ready.ts'
import { encodeFrame } from './frames.ts'
import { markName } from '../../leftovers/processes.ts'

export interface ChildLaneOptions {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly variables: Readonly<Record<string, string>>
  /** End of the sentence that says that `file` is missing: how to get it. */
  readonly cure: string
  /** Payload of the `load` frame: `key=value` lines. */
  readonly load: string
  /** The driver writes the failures that it reports to the log itself. */
  readonly logsFailures?: boolean
  /** A private folder for events too long for a frame. */
  readonly tmp: string
  /** Gets output that came while no task was running. */
  onStray(output: string, chunk: Buffer): void
}

export interface ChildTask {
  /** What the host says of the event in the `context` frame, without the mark: `key=value` lines, each with its newline. */
  context(): string
  /** The lines that the plugin adds. */
  readonly further: string
  readonly event: Uint8Array
  /** Gets the `head` frame's JSON. */
  onHead(payload: Buffer): void
  /** Gets what the task writes, with some drivers also after its answer; a promise makes the pipe wait. */
  onOutput(output: string, chunk: Buffer): void | PromiseLike<void>
}

/** SnapStart's two moments. */
export type HookPhase = 'before-snapshot' | 'after-restore'

/** Whether an event can't travel in a frame. A language that can't take any length can't take NUL bytes either: a shell. */
export function needsFile({ frameLimit, environment }: Ready, event: Uint8Array): boolean {
  if (frameLimit === undefined) return false
  return event.length > frameLimit || (environment === true && !isAscii(event)) || event.includes(0)
}

/**
 * The frames of a task, in one piece.
 * @param file holds the event in place of its frame
 */
export function encodeTask(task: ChildTask, { environment }: Ready, mark: string, file: string | undefined): Buffer {
  if (environment) return encodeEnvironment(task, mark, file)
  const lines = `${task.context()}${task.further}mark=${mark}\n`
  if (file !== undefined)
    return Buffer.concat([encodeFrame('context', `${lines}eventFile=${file}\n`), encodeFrame('event', '')])
  return Buffer.concat([encodeFrame('context', lines), Buffer.from(`event ${task.event.length}\n`), task.event])
}

/** One header for both payloads: a shell pays for each. */
function encodeEnvironment({ further, event }: ChildTask, mark: string, file: string | undefined): Buffer {
  const variables = `${further}${markName}=${mark}`
  const size = Buffer.byteLength(variables)
  if (file !== undefined) return Buffer.from(`file ${size} ${Buffer.byteLength(file)}\n${variables}${file}`)
  return Buffer.concat([Buffer.from(`task ${size} ${event.length}\n${variables}`), event])
}
