import { isUtf8 } from 'node:buffer'
import type { Outcome } from '@anyhandler/core/runtime-api'

/**
 * The outcome of an event, as one line of JSON.
 * @param log the function's log, record by record
 * @param started epoch milliseconds: when the event was sent, before the host's init phase
 */
export function outcomeJson(outcome: Outcome, log: readonly string[], started: number): string {
  const { kind, failed, body, contentType, errorType, streamed, at } = outcome
  return `${JSON.stringify({
    outcome: kind,
    failed,
    ...(errorType !== undefined && { errorType }),
    ...(contentType !== undefined && { contentType }),
    streamed,
    ...(isUtf8(body) ? { body: body.toString() } : { bodyBase64: body.toString('base64') }),
    log: log.join(''),
    durationMs: at - started,
  })}\n`
}
