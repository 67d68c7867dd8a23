import { randomUUID } from 'node:crypto'
import { validateHeaderName, validateHeaderValue } from 'node:http'
import type { Awaitable } from '../contract.ts'

/** A string or bytes are sent unchanged; any other value is sent as JSON. */
export type EventInput = string | Uint8Array | object

export interface InvokeOptions {
  /** Request id; a new UUID when absent. */
  readonly id?: string
  /** Milliseconds from the delivery to the deadline; 30,000 when absent. */
  readonly timeout?: number
  /** Deadline in epoch milliseconds, in place of `timeout`. */
  readonly deadline?: number
  /** The handling of the deadline and of later answers; the server's own setting when absent. */
  readonly late?: Late
  readonly functionArn?: string
  readonly traceId?: string
  /** `Lambda-Runtime-Client-Context`: a string is sent unchanged, an object as JSON. */
  readonly clientContext?: string | object
  /** `Lambda-Runtime-Cognito-Identity`, like `clientContext`. */
  readonly identity?: string | object
  readonly tenantId?: string
  /** `Lambda-Runtime-Invocation-Id`: the answer must then carry it too, or it is refused with 410. */
  readonly invocationId?: string
  /**
   * Further headers. They replace those above, in any case; an empty value is sent as such, `undefined` removes the
   * header.
   */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /**
   * The case of the names; `canonical` (`Lambda-Runtime-Aws-Request-Id`) when absent. Names given in `headers` keep
   * their case.
   */
  readonly headerCase?: 'canonical' | 'lower' | 'upper'
  /** Called when the head of an answer has arrived, before its body is read. */
  readonly onAnswer?: (head: AnswerHead) => void
  /** Called with each part of the answer at once, and awaited before the next one is read: back-pressure. */
  readonly onChunk?: (bytes: Buffer) => Awaitable<void>
  /** `false` discards the answer's body after `onChunk` has seen it: for streams too long to keep. */
  readonly keepBody?: boolean
}

/** The runtime's headers of an answer. */
export interface AnswerHead {
  readonly kind: 'response' | 'error'
  /** `Lambda-Runtime-Function-Response-Mode: streaming`. */
  readonly streamed: boolean
  readonly contentType: string | undefined
}

/**
 * The effect of the deadline on the server: `accept` = none, it waits for any later answer; `refuse` = the invocation
 * ends as on Managed Instances (`Sandbox.Timedout`) and a later answer gets 410.
 */
export type Late = 'accept' | 'refuse'

export function bytesOf(event: EventInput): Buffer {
  if (typeof event === 'string') return Buffer.from(event)
  if (event instanceof Uint8Array) return Buffer.from(event.buffer, event.byteOffset, event.byteLength)
  return Buffer.from(JSON.stringify(event))
}

export function newRequestId(): string {
  return randomUUID()
}

/** The emulator's. */
const someArn = 'arn:aws:lambda:us-east-1:012345678912:function:test_function'

/** The headers of a `/next` answer without the deadline, which is known when the event is delivered. */
export interface EventHeaders {
  /** Names and values alternate. */
  readonly flat: string[]
  /** The index of the deadline's value; -1 if `headers` sets the deadline. */
  readonly deadlineAt: number
}

/** @throws TypeError for a name or a value that can't be sent, for example because of a newline */
export function eventHeaders(id: string, options: InvokeOptions): EventHeaders {
  const known: [string, string | undefined][] = [
    [deadlineName, '0'],
    ['Content-Type', 'application/json'],
    ['Lambda-Runtime-Aws-Request-Id', id],
    ['Lambda-Runtime-Invoked-Function-Arn', options.functionArn ?? someArn],
    ['Lambda-Runtime-Trace-Id', options.traceId],
    ['Lambda-Runtime-Client-Context', textOf(options.clientContext)],
    ['Lambda-Runtime-Cognito-Identity', textOf(options.identity)],
    ['Lambda-Runtime-Aws-Tenant-Id', options.tenantId],
    ['Lambda-Runtime-Invocation-Id', options.invocationId],
  ]
  const overridden = new Set(Object.keys(options.headers ?? {}).map((name) => name.toLowerCase()))
  const flat: string[] = []
  const add = (name: string, value: string): void => {
    const sent = onTheWire(value)
    validateHeaderName(name)
    validateHeaderValue(name, sent)
    flat.push(name, sent)
  }
  for (const [name, value] of known) {
    if (value !== undefined && !overridden.has(name.toLowerCase())) add(inCase(name, options.headerCase), value)
  }
  for (const [name, value] of Object.entries(options.headers ?? {})) if (value !== undefined) add(name, value)
  return { flat, deadlineAt: overridden.has(deadlineName.toLowerCase()) ? -1 : 1 }
}

const deadlineName = 'Lambda-Runtime-Deadline-Ms'

function textOf(value: string | object | undefined): string | undefined {
  return typeof value === 'object' ? JSON.stringify(value) : value
}

function inCase(name: string, headerCase: InvokeOptions['headerCase']): string {
  if (headerCase === 'lower') return name.toLowerCase()
  return headerCase === 'upper' ? name.toUpperCase() : name
}

/** The platform writes header values as UTF-8; Node takes values as latin1, one character a byte. */
function onTheWire(value: string): string {
  return /^[\x20-\x7E]*$/.test(value) ? value : Buffer.from(value).toString('latin1')
}
