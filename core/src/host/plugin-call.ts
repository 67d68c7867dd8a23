import type { Alarm, Invocation, Plugin } from '../contract.ts'
import { LaneStuckError } from '../lane/lane.ts'
import type { OpenInvocation } from './invocation.ts'

/**
 * Grace period for `invoke` after an abort, before the event is answered without it. Milliseconds, and never beyond
 * `answerBy`.
 */
const graceMs = 100

/** The call of a plugin for one event. */
export class PluginCall {
  /**
   * The plugin's value, or a promise of it or of its failure. It settles shortly before the deadline at the latest,
   * even if `invoke` is still pending.
   */
  readonly value: unknown
  readonly #alarm: Alarm
  readonly #answerBy: number
  #running = true
  #timer: NodeJS.Timeout | undefined
  #ended: PromiseWithResolvers<void> | undefined

  /** @param onStuck is called for a thread that can't be stopped, even if this event is already answered */
  constructor(
    plugin: Plugin,
    { invocation, alarm, answerBy }: OpenInvocation,
    onStuck: (error: LaneStuckError) => void,
  ) {
    this.#alarm = alarm
    this.#answerBy = answerBy
    const value = invoke(plugin, invocation)
    if (!isThenable(value)) {
      this.#running = false
      this.value = value
      return
    }
    this.value = new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        this.#end()
        if (LaneStuckError.is(error)) onStuck(error)
        reject(error as Error)
      }
      Promise.resolve(value).then((settled) => {
        this.#end()
        resolve(settled)
      }, fail)
      const giveUp = (): void => this.#giveUp(reject)
      alarm.addEventListener('abort', giveUp)
      if (alarm.aborted) giveUp()
    })
  }

  /** True while the promise of `invoke` is pending. */
  get running(): boolean {
    return this.#running
  }

  /** Resolves when `invoke` has settled. */
  get ended(): Promise<void> {
    this.#ended ??= Promise.withResolvers()
    if (!this.#running) this.#ended.resolve()
    return this.#ended.promise
  }

  #giveUp(reject: (reason: unknown) => void): void {
    if (!this.#running) return
    const ms = Math.max(0, Math.min(this.#answerBy - Date.now(), graceMs))
    this.#timer = setTimeout(() => reject(this.#alarm.reason), ms)
  }

  #end(): void {
    this.#running = false
    clearTimeout(this.#timer)
    this.#ended?.resolve()
  }
}

/** Turns a synchronous exception into a rejection. */
function invoke(plugin: Plugin, invocation: Invocation): unknown {
  try {
    return plugin.invoke(invocation)
  } catch (error) {
    return Promise.reject(error as Error)
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
