import type { Plugin } from '../contract.ts'
import type { OpenInvocation } from './invocation.ts'
import { LaneStuckError } from '../lane/lane.ts'

/** How long a plugin gets to let go of an event that was given up for another reason than its deadline: the host is shutting down. */
const letGoMs = 100

export interface PluginCall {
  /** The plugin's value or failure; at the latest shortly before the deadline, whether it has let go of the event by then or not. */
  readonly value: Promise<unknown>
  /** Whether it still has the event. */
  readonly running: boolean
  /** Resolves when it has let go of the event. */
  readonly settled: Promise<void>
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
  let settle: (() => void) | undefined
  const called = invoke(plugin, invocation)
  const value = new Promise<unknown>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    const onAbort = (): void => {
      timer = setTimeout(() => reject(signal.reason as Error), Math.max(0, Math.min(answerBy - Date.now(), letGoMs)))
    }
    const end = (): void => {
      running = false
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      settle?.()
    }
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    called.then(
      (result) => {
        end()
        resolve(result)
      },
      (error: unknown) => {
        end()
        if (LaneStuckError.is(error)) onStuck(error)
        reject(error as Error)
      },
    )
  })
  return {
    value,
    get running() {
      return running
    },
    get settled() {
      return new Promise<void>((resolve) => {
        if (running) settle = resolve
        else resolve()
      })
    },
  }
}

/** A plugin that throws at once fails as one that rejects. */
async function invoke(plugin: Plugin, invocation: OpenInvocation['invocation']): Promise<unknown> {
  return plugin.invoke(invocation)
}
