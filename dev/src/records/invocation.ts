import { bodyOf } from './body.ts'
import type {
  Body,
  ClientRequestRecord,
  InvocationRecord,
  InvocationType,
  LogLine,
  Status,
  Summary,
  Timings,
  Try,
  Via,
} from './record.ts'

/** Log lines that are kept of one invocation; the terminal and the page have seen the others. */
const keptLines = 2_000

export interface InvocationStart {
  readonly id: string
  readonly seq: number
  readonly function: string
  readonly via: Via
  readonly type: InvocationType
  readonly title: string
  readonly event: Uint8Array
  readonly request?: ClientRequestRecord
}

/** The parts of an invocation that change while it runs. */
export interface Changes {
  status?: Status
  ok?: boolean
  httpStatus?: number
  errorType?: string | undefined
  memory?: number
  outcome?: InvocationRecord['outcome']
  answer?: InvocationRecord['answer']
  judged?: InvocationRecord['judged']
  instance?: number
}

/** An invocation on its way. */
export class Invocation {
  readonly start: InvocationStart
  readonly receivedAt = Date.now()
  readonly log: LogLine[] = []
  readonly tries: Try[] = []
  /** Number of dropped lines. */
  lostLines = 0
  timings: Timings = { queue: 0 }
  cold = false
  totalMs: number | undefined
  readonly #event: Body
  readonly #changed: (invocation: Invocation) => void
  #state: Changes = { status: 'queued' }

  constructor(start: InvocationStart, changed: (invocation: Invocation) => void) {
    this.start = start
    this.#event = bodyOf(start.event)
    this.#changed = changed
  }

  get id(): string {
    return this.start.id
  }

  get isDone(): boolean {
    return this.#state.status === 'done'
  }

  get ok(): boolean | undefined {
    return this.#state.ok
  }

  /** Its approximate size in memory. */
  get size(): number {
    const { answer, outcome } = this.#state
    const bodies = [this.#event, this.start.request?.body, answer?.body, outcome?.body]
    const kept = bodies.reduce((sum, body) => sum + (body?.text?.length ?? body?.base64?.length ?? 0), 0)
    // A retry needs the unchanged event.
    return kept + this.start.event.length + this.log.reduce((sum, { text }) => sum + text.length, 0)
  }

  change(changes: Changes): void {
    this.#state = { ...this.#state, ...changes }
    if (changes.status === 'done') this.totalMs ??= Date.now() - this.receivedAt
    this.#changed(this)
  }

  addLine(line: LogLine): void {
    if (this.log.length < keptLines) this.log.push(line)
    else this.lostLines++
  }

  summary(): Summary {
    const { id, seq, function: name, via, type, title } = this.start
    const { status = 'queued', ok, httpStatus, errorType, memory, judged } = this.#state
    return {
      id,
      seq,
      function: name,
      via,
      type,
      title,
      status,
      ...(ok !== undefined && { ok }),
      ...(httpStatus !== undefined && { httpStatus }),
      ...(errorType !== undefined && { errorType }),
      receivedAt: this.receivedAt,
      ...(this.totalMs !== undefined && { totalMs: this.totalMs }),
      ...(memory !== undefined && { memory }),
      cold: this.cold,
      attempts: this.tries.length,
      findings: judged?.length ?? 0,
    }
  }

  record(): InvocationRecord {
    const { request } = this.start
    const { outcome, answer, judged = [], instance } = this.#state
    return {
      ...this.summary(),
      event: this.#event,
      ...(request && { request }),
      ...(outcome && { outcome }),
      ...(answer && { answer }),
      judged,
      log: [...this.log],
      timings: this.timings,
      tries: [...this.tries],
      ...(instance !== undefined && { instance }),
    }
  }
}
