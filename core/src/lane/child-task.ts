import { encodeFrame } from './frames.ts'

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
  /** Payload of the `context` frame, without the mark: `key=value` lines, each with its newline. */
  readonly context: string
  readonly event: Uint8Array
  /** Gets the `head` frame's JSON. */
  onHead(payload: Buffer): void
  /** Gets what the task writes, with some drivers also after its answer; a promise makes the pipe wait. */
  onOutput(output: string, chunk: Buffer): void | PromiseLike<void>
}

/** SnapStart's two moments. */
export type HookPhase = 'before-snapshot' | 'after-restore'

/**
 * The frames of a task, in one piece.
 * @param eventFile holds the event in place of its frame
 */
export function encodeTask({ context, event }: ChildTask, mark: string, eventFile: string | undefined): Buffer {
  const own = encodeFrame('context', `${context}mark=${mark}\n${eventFile === undefined ? '' : `eventFile=${eventFile}\n`}`)
  if (eventFile !== undefined) return Buffer.concat([own, encodeFrame('event', '')])
  return Buffer.concat([own, Buffer.from(`event ${event.length}\n`), event])
}
