import type { Outcome } from '@anyhandler/core/runtime-api'

/** Type and message of a function's failure, in any form. */
export function describeFailure(outcome: Outcome): { readonly errorType: string; readonly errorMessage: string } {
  try {
    const body = JSON.parse((outcome.streamError?.body ?? outcome.body).toString()) as {
      errorMessage?: unknown
      errorType?: unknown
    }
    return { errorType: String(body.errorType ?? outcome.errorType), errorMessage: String(body.errorMessage ?? '') }
  } catch {
    return { errorType: outcome.errorType ?? 'Runtime.Unknown', errorMessage: outcome.text() }
  }
}
