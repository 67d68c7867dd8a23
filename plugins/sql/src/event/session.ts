import type { Invocation } from '@anyhandler/core'
import type { HttpRequest } from '@anyhandler/core/request'
import { JsonDocument } from './document.ts'
import type { SqlValue } from './document.ts'
import { RuleError } from '../rule-error.ts'
import type { Task, TaskRest } from '../task.ts'

/** The names of `context()` besides those of {@link TaskRest}. */
const contextNames = [
  'requestId',
  'awsRequestId',
  'functionArn',
  'invokedFunctionArn',
  'deadlineMs',
  'remainingMs',
  'functionName',
  'functionVersion',
  'memoryLimitInMB',
  'logGroupName',
  'logStreamName',
  'traceId',
  'clientContext',
  'identity',
  'tenantId',
  'traceparent',
  'tracestate',
  'baggage',
] as const

/** Facts of the platform about the function, from the environment. */
export type FunctionFacts = Readonly<Partial<Record<(typeof contextNames)[number], string>>>

/** A module of core, loaded by the code that needs it. */
export type ReadRequest = (invocation: Pick<Invocation, 'event' | 'params'>) => HttpRequest | undefined

/** The running event for the SQL functions. Between events, and while statements are prepared, there is none. */
export class Session {
  readonly #facts: FunctionFacts
  readonly #log: (line: string) => void
  #task: Task | undefined
  #event: JsonDocument | undefined
  #context: JsonDocument | undefined
  #now: number | undefined
  #request: { readonly value: HttpRequest | undefined } | undefined

  constructor(facts: FunctionFacts, log: (line: string) => void) {
    this.#facts = facts
    this.#log = log
  }

  begin(task: Task): void {
    this.#request = undefined
    this.#task = task
    this.#event = undefined
    this.#context = undefined
    this.#now = undefined
  }

  end(): void {
    this.#task = undefined
    this.#event = undefined
    this.#context = undefined
    this.#now = undefined
  }

  get event(): JsonDocument | undefined {
    if (this.#task) this.#event ??= new JsonDocument(this.#task[1], 'the event')
    return this.#event
  }

  get context(): JsonDocument | undefined {
    if (this.#task) this.#context ??= new JsonDocument(contextText(this.#task, this.#facts), 'the context')
    return this.#context
  }

  /** The request of an HTTP event, read once. */
  request(read: ReadRequest): HttpRequest | undefined {
    if (!this.#task) return undefined
    const [, given, , , , , { params } = {} as TaskRest] = this.#task
    const event = typeof given === 'string' ? Buffer.from(given) : given
    this.#request ??= { value: read({ event, ...(params && { params }) }) }
    return this.#request.value
  }

  /** Milliseconds to the deadline, never below 0; `undefined` without an event. */
  get remaining(): number | undefined {
    return this.#task && Math.max(0, this.#task[3] - Date.now())
  }

  /** Epoch milliseconds, the same during one event. */
  get now(): number {
    if (!this.#task) return Date.now()
    this.#now ??= Date.now()
    return this.#now
  }

  log(line: string): void {
    this.#log(line)
  }
}

/** The value of a part of the context. @throws RuleError for a name that doesn't exist. */
export function contextAt(session: Session, path: string): SqlValue {
  if (path === 'remainingMs') return session.remaining === undefined ? null : BigInt(session.remaining)
  const value = session.context?.at(path) ?? null
  const name = /^(?:\$\.)?(\w+)/.exec(path)?.[1]
  if (value === null && name !== undefined && !(contextNames as readonly string[]).includes(name)) {
    throw new RuleError('InvalidPath', `context('${path}') doesn't exist; there are ${contextNames.join(', ')}`)
  }
  return value
}

function contextText(task: Task, facts: FunctionFacts): string {
  const [, , requestId, deadlineMs, functionArn, , { clientContext, params: _params, ...rest } = {} as TaskRest] = task
  const text = JSON.stringify({
    requestId,
    awsRequestId: requestId,
    functionArn,
    invokedFunctionArn: functionArn,
    deadlineMs,
    ...facts,
    ...rest,
  })
  // The client context is JSON text already, so its numbers keep their digits.
  return clientContext === undefined ? text : `${text.slice(0, -1)},"clientContext":${clientContext}}`
}
