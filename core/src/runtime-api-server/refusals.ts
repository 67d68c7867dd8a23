import type { Refusal } from './call.ts'

/** Largest body of a buffered answer, in bytes: 6 MiB and a little. */
export const maxPayload = 6 * 1024 * 1024 + 100

/** Largest body of `/error` and `/init/error` on Managed Instances, in bytes. */
export const maxManagedError = 1024 * 1024

/**
 * The statuses with which the platform refuses a call. Types and messages are those of the classic emulator; for 410,
 * those of Managed Instances.
 */
export const refusals = {
  invalidRequestId: { status: 400, errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' },
  invalidMode: {
    status: 400,
    errorType: 'InvalidFunctionResponseMode',
    errorMessage: 'Invalid function response mode',
  },
  truncated: { status: 400, errorType: 'TruncatedHTTPRequest', errorMessage: 'HTTP request detected as truncated' },
  timedOut: { status: 410, errorType: 'InvokeTimeout', errorMessage: 'Invoke timeout' },
  internal: { status: 500, errorType: 'InternalServerError', errorMessage: 'Internal Server Error' },
} as const satisfies Record<string, Refusal>

export function tooLarge(limit: number): Refusal {
  return {
    status: 413,
    errorType: 'RequestEntityTooLarge',
    errorMessage: `Exceeded maximum allowed payload size (${limit} bytes).`,
  }
}

/** 403: the call doesn't fit the state that the runtime is in. */
export function invalidTransition(from: string, to: string): Refusal {
  return {
    status: 403,
    errorType: 'InvalidStateTransition',
    errorMessage: `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
  }
}
