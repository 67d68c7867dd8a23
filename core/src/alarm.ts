import type { Alarm } from './contract.ts'

/**
 * The host's alarm for one event. `AbortController` and `AbortSignal` are event targets, which take longer to make than
 * the rest of an invocation: so a real signal is made only on first use.
 */
export class EventAlarm implements Alarm {
  #aborted = false
  #reason: unknown
  /** Nearly always a single listener. */
  #listener: (() => void) | undefined
  #more: (() => void)[] | undefined
  #controller: AbortController | undefined

  get aborted(): boolean {
    return this.#aborted
  }

  get reason(): unknown {
    return this.#reason
  }

  /** The alarm as a real signal, made once. */
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

  /** Only the first reason counts. Listeners are called in the order in which they were added. */
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
        // Like an event target: if one listener throws, the others are still called.
        queueMicrotask(() => {
          throw error
        })
      }
    }
    this.#controller?.abort(reason)
  }
}
