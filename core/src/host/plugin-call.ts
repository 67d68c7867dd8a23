import type { Alarm, Invocation, Plugin } from '../contract.ts'
import { LaneStuckError } from '../lane/lane.ts'
import type { OpenInvocation } from './invocation.ts'

/** Grace period for `invoke` after an abort, before the event is answered without it. Milliseconds, and never beyond `answerBy`. */
const graceMs = 100

/** An event in the hands of a plugin. */
export class PluginCall {
  /** The plugin's value or failure; at the latest shortly before the deadline, whether `invoke` has settled by then or not. */
  readonly value: Promise<unknown>
  readonly #alarm: Alarm
  readonly #answerBy: number
  #running = true
  #timer: NodeJS.Timeout | undefined
  #ended: PromiseWithResolvers<void> | undefined

  /** @param onStuck hears of a thread that can't be stopped, also when it is too late for this event's answer */
  constructor(
    plugin: Plugin,
    { invocation, alarm, answerBy }: OpenInvocation,
    onStuck: (error: LaneStuckError) => void,
  ) {
    this.#alarm = alarm
    this.#answerBy = answerBy
    this.value = new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        this.#end()
        if (LaneStuckError.is(error)) onStuck(error)
        reject(error as Error)
      }
      invoke(plugin, invocation).then((value) => {
        this.#end()
        resolve(value)
      }, fail)
      const giveUp = (): void => this.#giveUp(reject)
      alarm.addEventListener('abort', giveUp)
      if (alarm.aborted) giveUp()
    })
  }

  /** Whether `invoke` has not settled yet. */
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

/** A plugin that throws at once fails as one that rejects. */
function invoke(plugin: Plugin, invocation: Invocation): Promise<unknown> {
  try {
    return Promise.resolve(plugin.invoke(invocation))
  } catch (error) {
    return Promise.reject(error as Error)
  }
}
