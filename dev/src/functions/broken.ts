import type { Instance } from '../instances/instance.ts'

/** The last start of a function that failed. */
export interface Broken {
  readonly errorType: string
  readonly message: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** An instance ended before it asked for an event. */
export function whyEnded({ initError }: Pick<Instance, 'initError'>): Broken {
  const at = Date.now()
  if (!initError)
    return { errorType: 'Runtime.ExitError', message: 'the runtime ended before it asked for an event', at }
  const { body, errorType = 'Runtime.Unknown' } = initError
  try {
    const { errorMessage } = JSON.parse(body.toString()) as { readonly errorMessage?: unknown }
    return { errorType, message: String(errorMessage), at }
  } catch {
    return { errorType, message: body.toString(), at }
  }
}

/** No instance could be started at all. */
export function whyNotStarted(error: unknown): Broken {
  const message = error instanceof Error ? error.message : String(error)
  return { errorType: 'Runtime.InvalidEnvironment', message, at: Date.now() }
}
