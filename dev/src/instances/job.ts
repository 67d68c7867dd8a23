import type { AnswerHead, Outcome } from '@anyhandler/core/runtime-api'

/** An event that an instance is to serve. */
export interface Job {
  /** Request id. */
  readonly id: string
  readonly event: Uint8Array
  readonly functionArn?: string
  readonly traceId?: string
  /** JSON text. */
  readonly clientContext?: string
  readonly tenantId?: string
  onAnswer?(head: AnswerHead): void
  /** Sees each part of the answer, and is awaited before the next one is read. */
  onChunk?(bytes: Buffer): void | Promise<void>
  /** `false`: a stream's body is not kept. */
  readonly keepBody?: boolean
}

/** The outcome of a job. */
export interface Served {
  readonly kind: Outcome['kind']
  readonly failed: boolean
  readonly body: Buffer
  readonly contentType?: string | undefined
  readonly errorType?: string | undefined
  readonly streamed: boolean
  /** The failure that a stream reported at its end. */
  readonly streamError?: { readonly errorType: string; readonly body: Buffer } | undefined
  /** Epoch milliseconds: the handler got the event; absent when no handler did. */
  readonly deliveredAt?: number
  /** Epoch milliseconds of the first byte of the answer. */
  readonly answeredAt: number
}

/** An event that failed here, before any handler had it. */
export function failure(errorType: string, thrown: unknown): Omit<Served, 'answeredAt'> {
  const errorMessage = thrown instanceof Error ? thrown.message : String(thrown)
  const body = Buffer.from(JSON.stringify({ errorType, errorMessage }))
  return { kind: 'error', failed: true, body, contentType: 'application/json', errorType, streamed: false }
}
