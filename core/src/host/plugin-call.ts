import type { Plugin } from '../contract.ts'
import { LaneStuckError } from '../lane/lane.ts'
import { settledWithin, settleOrAbort } from '../waiting.ts'
import type { OpenInvocation } from './invocation.ts'

/** Grace period for `invoke` after an abort, before the event is answered without it. Milliseconds, and never beyond `answerBy`. */
const graceMs = 100

export interface PluginCall {
  /** The plugin's value or failure; at the latest shortly before the deadline, whether `invoke` has settled by then or not. */
  readonly value: Promise<unknown>
  /** Whether `invoke` has not settled yet. */
  readonly running: boolean
  /** Resolves when `invoke` has settled. */
  readonly ended: Promise<void>
}

/**
 * Hands an event to the plugin.
 * @param onStuck hears of a thread that can't be stopped, also when it is too late for this event's answer
 */
export function callPlugin(
  plugin: Plugin,
  { invocation, answerBy }: OpenInvocation,
  onStuck: (error: LaneStuckError) => void,
): PluginCall {
  const { signal } = invocation
  let running = true
  const called = invoke(plugin, invocation)
  const ended = called.then(
    () => {
      running = false
    },
    (error: unknown) => {
      running = false
      if (LaneStuckError.is(error)) onStuck(error)
    },
  )
  const value = settleOrAbort(called, signal, async () => {
    await settledWithin(called, Math.max(0, Math.min(answerBy - Date.now(), graceMs)))
    if (running) throw signal.reason
    return called
  })
  return {
    value,
    ended,
    get running() {
      return running
    },
  }
}

/** A plugin that throws at once fails as one that rejects. */
async function invoke(plugin: Plugin, invocation: OpenInvocation['invocation']): Promise<unknown> {
  return plugin.invoke(invocation)
}
