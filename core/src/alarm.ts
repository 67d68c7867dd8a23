import type { Alarm } from './contract.ts'

/**
 * The host's alarm of one event. `AbortController` and `AbortSignal` are event targets, and take longer to make than all the rest of an
 * invocation: a real signal is made when somebody asks for it.
 */
export class EventAlarm implements Alarm {
  #aborted = false
  #reason: unknown
  /** Nearly always one. */
  #listener: (() => void) | undefined
  #more: (() => void)[] | undefined
  #controller: AbortController | undefined

  get aborted(): boolean {
    return this.#aborted
  }

  get reason(): unknown {
    return this.#reason
  }

  /** The same as a real signal, made once. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#aborted) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (this.#aborted) return
    if (this.#listener) (this.#more ??= []).push(listener)
    else this.#listener = listener
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    if (this.#listener === listener) this.#listener = this.#more?.shift()
    else this.#more = this.#more?.filter((one) => one !== listener)
  }

  /** The first reason counts. Listeners are called in the order in which they came. */
  abort(reason: unknown): void {
    if (this.#aborted) return
    this.#aborted = true
    this.#reason = reason
    const listeners = [this.#listener, ...(this.#more ?? [])]
    this.#listener = this.#more = undefined
    for (const listener of listeners) {
      try {
        listener?.()
      } catch (error) {
        // As an event target does: the others hear it all the same.
        queueMicrotask(() => {
          throw error
        })
      }
    }
    this.#controller?.abort(reason)
  }
}
