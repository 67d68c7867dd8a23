import { LaneBrokenError } from '../../lane/lane.ts'
import type { Reply, RunOptions } from '../../lane/lane.ts'
import type { DriverMessage } from '../protocol/messages.ts'
import type { ChildTask, TaskSeries } from '../protocol/task.ts'
import { withCause } from './child-start.ts'

export interface ChildEventOptions {
  readonly task: ChildTask
  readonly onChunk?: RunOptions['onChunk']
  /** The driver's messages about this event have this number. */
  readonly number: number
  /** The file of an event that is too long for a frame; closed when the event is answered. */
  readonly file?: { close(): void } | undefined
  /** Called with the answer. */
  onReply(reply: Reply<Buffer>): void
}

/** An event that a driver runs. It is answered once, and at rest when nothing of it is left in the driver. */
export class ChildEvent {
  readonly task: ChildTask
  readonly number: number
  /** The number of its last record; the same as `number` if it is no series. */
  readonly lastNumber: number
  readonly #onChunk: RunOptions['onChunk']
  readonly #onReply: ChildEventOptions['onReply']
  #file: ChildEventOptions['file']
  /** The driver has sent `idle`, but the answer still has to arrive through another pipe. */
  saidIdle = false
  /** True if the process ends with this event. */
  isLast = false
  readonly #reply = Promise.withResolvers<Reply<Buffer>>()
  /** Created on first use. */
  #atRest: PromiseWithResolvers<void> | undefined
  #over = false
  /** The driver announced a stream, so it may send parts. */
  #streams = false
  /** The X-Ray cause that came before `failed`. */
  #cause: string | undefined
  #kept: Reply<Buffer> | undefined

  /** The stand-in for a hook: it has no event, the number 0, and output that belongs to no event. */
  static ofHook(onOutput: ChildTask['onOutput'], onReply: ChildEventOptions['onReply']): ChildEvent {
    const task: ChildTask = { context: () => '', further: '', event: new Uint8Array(), onHead() {}, onOutput }
    return new ChildEvent({ task, number: 0, onReply })
  }

  constructor({ task, onChunk, number, file, onReply }: ChildEventOptions) {
    this.task = task
    this.number = number
    this.lastNumber = number + (task.series ? task.series.events.length - 1 : 0)
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

  /**
   * @param number of the message's event
   * @throws LaneBrokenError for a part of an answer that was not announced as a stream
   */
  take(message: DriverMessage, number = this.number): void | PromiseLike<void> {
    if (this.task.series) return this.#takeOfSeries(message, this.task.series, number - this.number)
    switch (message.kind) {
      case 'head':
        if (message.head.stream) this.#streams = true
        return this.task.onHead(message.head)
      case 'chunk':
        if (this.#streams) return this.#onChunk?.(message.bytes)
        throw new LaneBrokenError("the driver sent 'chunk' without an earlier 'head' with \"stream\":true")
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

  /** @throws LaneBrokenError for a message that a series can't have, and when records were claimed and not run */
  #takeOfSeries(message: DriverMessage, series: TaskSeries, index: number): void {
    if (message.kind === 'last') {
      this.isLast = true
    } else if (message.kind === 'cause') {
      this.#cause = message.text
    } else if (message.kind === 'failed') {
      series.onFailed(index, withCause(message.failure, this.#cause))
      this.#cause = undefined
    } else if (message.kind === 'done') {
      const done = Number(message.value.toString())
      const begun = series.end(done)
      if (done !== begun) throw new LaneBrokenError(`the driver ran ${done} of the ${begun} records that it claimed`)
      this.#onReply({ ok: true, value: message.value })
    } else {
      throw new LaneBrokenError(`the driver sent '${message.kind}' in a series`)
    }
  }

  /**
   * @param onRefused gets the reason why no more can be taken: the event has failed, even if the driver reports success
   */
  takeOutput(name: string, chunk: Buffer, onRefused: (error: Error) => void): void | PromiseLike<void> {
    try {
      return this.task.onOutput(name, chunk)
    } catch (error) {
      this.fail(error as Error)
      return onRefused(error as Error)
    }
  }

  /** Keeps the driver's reply until `answer`, when the handler's output has been read too. */
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
    this.task.series?.end()
    this.#kept = undefined
    this.#reply.reject(error)
    this.#rest()
  }

  /** Marks the event as at rest. */
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
