import { LaneBrokenError } from '../../lane/lane.ts'
import type { Reply, RunOptions } from '../../lane/lane.ts'
import type { DriverMessage } from '../protocol/messages.ts'
import type { ChildTask } from '../protocol/task.ts'
import { withCause } from './child-start.ts'

export interface ChildEventOptions {
  readonly task: ChildTask
  readonly onChunk?: RunOptions['onChunk']
  /** What the driver says of it carries this number. */
  readonly number: number
  /** Holds an event that is too long for a frame; closed when the event is answered. */
  readonly file?: { close(): void } | undefined
  /** Gets the answer, when the driver has said it. */
  onReply(reply: Reply<Buffer>): void
}

/** An event that a driver was given: answered once, and at rest when nothing of it is left in the driver. */
export class ChildEvent {
  readonly task: ChildTask
  readonly number: number
  readonly #onChunk: RunOptions['onChunk']
  readonly #onReply: ChildEventOptions['onReply']
  #file: ChildEventOptions['file']
  /** The driver said `idle`, and its answer is still on its way through another pipe. */
  saidIdle = false
  /** The process ends with it. */
  isLast = false
  readonly #reply = Promise.withResolvers<Reply<Buffer>>()
  /** Made when somebody waits for it. */
  #atRest: PromiseWithResolvers<void> | undefined
  #over = false
  /** The driver said that it streams: it may send parts. */
  #streams = false
  /** The description for tracing that came before `failed`. */
  #cause: string | undefined
  #kept: Reply<Buffer> | undefined

  /** What stands for a hook: it has no event, its number is 0, and its output is nobody's. */
  static ofHook(onOutput: ChildTask['onOutput'], onReply: ChildEventOptions['onReply']): ChildEvent {
    const task: ChildTask = { context: () => '', further: '', event: new Uint8Array(), onHead() {}, onOutput }
    return new ChildEvent({ task, number: 0, onReply })
  }

  constructor({ task, onChunk, number, file, onReply }: ChildEventOptions) {
    this.task = task
    this.number = number
    this.#onChunk = onChunk
    this.#onReply = onReply
    this.#file = file
  }

  get reply(): Promise<Reply<Buffer>> {
    return this.#reply.promise
  }

  /** Resolves when the next event may come. */
  get atRest(): Promise<void> {
    this.#atRest ??= Promise.withResolvers()
    if (this.#over) this.#atRest.resolve()
    return this.#atRest.promise
  }

  /** @throws LaneBrokenError for a part of an answer that isn't streamed */
  take(message: DriverMessage): void | PromiseLike<void> {
    switch (message.kind) {
      case 'head':
        if (message.head.stream) this.#streams = true
        return this.task.onHead(message.head)
      case 'chunk':
        if (this.#streams) return this.#onChunk?.(message.bytes)
        throw new LaneBrokenError("the driver sent 'chunk' without a 'head' that says that it streams")
      case 'ask':
        return this.task.onAsk?.(message.ask)
      case 'last':
        this.isLast = true
        return undefined
      case 'cause':
        this.#cause = message.text
        return undefined
      case 'done':
        return this.#onReply({ ok: true, value: message.value })
      case 'failed':
        return this.#onReply({ ok: false, error: withCause(message.failure, this.#cause) })
      default:
        return undefined
    }
  }

  /** @param onRefused hears why no more can be taken: the event has failed, whatever the driver says of it or has said already */
  takeOutput(name: string, chunk: Buffer, onRefused: (error: Error) => void): void | PromiseLike<void> {
    try {
      return this.task.onOutput(name, chunk)
    } catch (error) {
      this.fail(error as Error)
      return onRefused(error as Error)
    }
  }

  /** Keeps what the driver said until `answer`, when what the handler has written is there too. */
  keep(reply: Reply<Buffer>): void {
    this.#kept = reply
  }

  answer(): void {
    if (!this.#kept) return
    this.#closeFile()
    this.#reply.resolve(this.#kept)
    this.#kept = undefined
  }

  fail(error: Error): void {
    this.#closeFile()
    this.#kept = undefined
    this.#reply.reject(error)
    this.#rest()
  }

  /** Nothing of it is left. */
  release(): void {
    this.answer()
    this.#rest()
  }

  #rest(): void {
    this.#over = true
    this.#atRest?.resolve()
  }

  #closeFile(): void {
    this.#file?.close()
    this.#file = undefined
  }
}
