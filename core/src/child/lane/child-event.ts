import type { ChildTask } from '../protocol/task.ts'
import type { Reply, RunOptions } from '../../lane/lane.ts'

export interface ChildEventOptions {
  readonly task: ChildTask
  readonly onChunk?: RunOptions['onChunk']
  /** In the environment of everything that the handler starts. */
  readonly mark: string
  /** Frees the file that holds an event too long for a frame. */
  readonly closeFile?: (() => void) | undefined
}

/** An event that a driver was given: answered once, and over when nothing of it is left in the driver. */
export class ChildEvent {
  readonly task: ChildTask
  readonly onChunk: RunOptions['onChunk']
  readonly mark: string
  readonly #closeFile: (() => void) | undefined
  readonly #reply = Promise.withResolvers<Reply<Buffer>>()
  readonly #over = Promise.withResolvers<void>()
  #answer: Reply<Buffer> | undefined

  constructor({ task, onChunk, mark, closeFile }: ChildEventOptions) {
    this.task = task
    this.onChunk = onChunk
    this.mark = mark
    this.#closeFile = closeFile
  }

  get reply(): Promise<Reply<Buffer>> {
    return this.#reply.promise
  }

  /** Resolves when the next event may come. */
  get over(): Promise<void> {
    return this.#over.promise
  }

  /** What the driver said: kept until `answer`, when what the handler has written is there too. */
  finish(reply: Reply<Buffer>): void {
    this.#answer = reply
  }

  answer(): void {
    if (!this.#answer) return
    this.#closeFile?.()
    this.#reply.resolve(this.#answer)
    this.#answer = undefined
  }

  fail(error: Error): void {
    this.#closeFile?.()
    this.#reply.reject(error)
  }

  /** Nothing of it is left. */
  release(): void {
    this.answer()
    this.#over.resolve()
  }
}
