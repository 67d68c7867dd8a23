import type { Alarm } from './contract.ts'

/** Waits with an end: by time, or by an abort signal. All code of core waits with these. */

/**
 * Resolves `true` once the promise has settled in either way, and `false` after `ms` milliseconds. Its timer ends with
 * it.
 */
export function settledWithin(promise: PromiseLike<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms)
    const settled = (): void => {
      clearTimeout(timer)
      resolve(true)
    }
    promise.then(settled, settled)
  })
}

/** Waits `ms` milliseconds, or until the signal fires. Never rejects. */
export function pause(ms: number, signal?: Alarm): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end)
    return undefined
  })
}

/**
 * Settles like the promise. If the signal fires first, it settles like `onAbort` instead, and the result of the promise
 * is ignored.
 */
export function settleOrAbort<Value>(
  promise: PromiseLike<Value>,
  signal: Alarm,
  onAbort: () => Value | PromiseLike<Value>,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    let open = true
    const abort = (): void => {
      if (!open) return
      open = false
      signal.removeEventListener('abort', abort)
      try {
        resolve(onAbort())
      } catch (error) {
        reject(error as Error)
      }
    }
    const settle = (): boolean => {
      if (!open) return false
      open = false
      signal.removeEventListener('abort', abort)
      return true
    }
    signal.addEventListener('abort', abort)
    promise.then(
      (value) => {
        if (settle()) resolve(value)
      },
      (error: unknown) => {
        if (settle()) reject(error as Error)
      },
    )
    if (signal.aborted) abort()
  })
}
