import { isAscii, isUtf8 } from 'node:buffer'
import type { Invocation } from '@anyhandler/core'

/** The data of an event for a thread: a tuple, because the key names of an object would be cloned with every event. */
export type Task = readonly [
  /** Absolute path of the handler. */
  file: string,
  /** A string if that is equivalent, because it is cheaper to send than bytes. */
  event: string | Uint8Array,
  requestId: string,
  /** Epoch milliseconds. */
  deadline: number,
  functionArn: string,
  /** Number of restores of the process from a snapshot. */
  restored: number,
  rest: TaskRest | undefined,
]

/** Data that few events have. */
export interface TaskRest {
  readonly traceId?: string
  /** JSON text. */
  readonly clientContext?: string
  readonly identity?: object
  readonly tenantId?: string
  readonly traceparent?: string
  readonly tracestate?: string
  readonly baggage?: string
  /** Parameters of the route, unless they are in the event. */
  readonly params?: Readonly<Record<string, string>>
}

export function taskOf(invocation: Invocation, restored: number): Task {
  const { id, handler, event, deadline, functionArn } = invocation
  return [handler.file as string, transferable(event), id, deadline, functionArn, restored, restOf(invocation)]
}

/** Longer events are cheaper to send as bytes, because a string is copied more often. */
const longestString = 256 * 1024

/** Cloning a view clones its whole buffer. */
function transferable(event: Uint8Array): string | Uint8Array {
  if (isAscii(event)) return Buffer.from(event.buffer, event.byteOffset, event.byteLength).toString('latin1')
  if (event.byteLength <= longestString && isUtf8(event))
    return Buffer.from(event.buffer, event.byteOffset, event.byteLength).toString('utf8')
  return event.byteLength === event.buffer.byteLength ? event : new Uint8Array(event)
}

function restOf({
  traceId,
  clientContext,
  identity,
  tenantId,
  traceContext,
  params,
}: Invocation): TaskRest | undefined {
  if (
    traceId === undefined &&
    clientContext === undefined &&
    identity === undefined &&
    tenantId === undefined &&
    traceContext === undefined &&
    params === undefined
  )
    return undefined
  return {
    ...(traceId !== undefined && { traceId }),
    ...(clientContext !== undefined && { clientContext }),
    ...(identity && { identity }),
    ...(tenantId !== undefined && { tenantId }),
    ...traceContext,
    ...(params && { params }),
  }
}
