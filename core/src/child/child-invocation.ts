import { answer } from '../answer.ts'
import type { Answer, HttpHead } from '../answer.ts'
import type { Invocation, PluginEnv } from '../contract.ts'
import { HandlerError } from '../errors.ts'
import { LaneBrokenError } from '../lane/lane.ts'
import type { Reply, TaskFailure } from '../lane/lane.ts'
import { ByteQueue } from './byte-queue.ts'
import type { ChildLanguage } from './child-language.ts'
import { openLog } from './child-log.ts'
import type { ChildPool } from './lane-pools.ts'
import { mergeHeads } from './merge-heads.ts'
import { encodeFields } from './protocol/fields.ts'
import type { HandedOver } from './driver/handed-over.ts'
import type { Head } from './protocol/head.ts'
import type { Ask } from './protocol/messages.ts'
import type { LogOutput } from './protocol/log-output.ts'
import type { ChildTask } from './protocol/task.ts'
import { Results } from './results.ts'

type Done = Extract<Reply<Buffer>, { ok: true }>

/** Lines kept of the log. */
const tailLength = 20
/** Lines of an output that was to be the answer, in an error without any log. */
const unansweredTailLength = 5
/** Bytes of such an output that are logged: its end. */
const unansweredLimit = 65_536

/** One event on its way through a child: sorts what comes back into result, log and failure. */
export class ChildInvocation {
  readonly #language: ChildLanguage
  readonly #env: PluginEnv
  readonly #invocation: Invocation
  readonly #results: Results
  readonly #logs = new Map<string, LogOutput>()
  readonly #tail: string[] = []
  #head: Head = {}
  #over = false
  #handedOver: HandedOver | undefined
  #stream: ByteQueue | undefined
  #onStream: ((streamed: Answer) => void) | undefined

  constructor(language: ChildLanguage, env: PluginEnv, invocation: Invocation) {
    this.#language = language
    this.#env = env
    this.#invocation = invocation
    this.#results = new Results(Object.keys(language.outputs))
  }

  /** Resolves with the answer; for a stream as soon as the handler asks for one. */
  run(pool: ChildPool): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#onStream = resolve
      this.#task(pool).then(
        ({ value, atRest }) => {
          if (this.#stream) this.#stream.end(value)
          else resolve(this.#answer(value, atRest))
        },
        (error: unknown) => {
          if (this.#stream) this.#stream.fail(error)
          else reject(error as Error)
        },
      )
    })
  }

  async #task(pool: ChildPool): Promise<Done> {
    const { alarm } = this.#invocation
    const signal = alarm ?? this.#invocation.signal
    const further = this.#language.context?.(this.#invocation)
    const task: ChildTask = {
      context: () => contextLines(this.#invocation),
      further: further ? encodeFields(further) : '',
      event: this.#invocation.event,
      onHead: (head) => this.#takeHead(head),
      onOutput: (output, chunk) => this.#takeOutput(output, chunk),
      onAsk: (ask) => void this.#handOver(ask),
    }
    const { logsFailures = false } = this.#language
    let failure: TaskFailure
    let logged = false
    let tail: readonly string[] = this.#tail
    let answered = false
    try {
      const reply = await pool.run(task, { signal, onChunk: (chunk) => this.#stream?.push(chunk) })
      answered = reply.ok
      if (reply.ok) return reply
      failure = reply.error
      logged = logsFailures
    } catch (error) {
      if (!(error instanceof LaneBrokenError)) throw error
      failure = { errorType: 'Runtime.ExitError', message: `${error.message} during the event` }
    } finally {
      this.#over = true
      this.#handedOver?.close()
      for (const log of this.#logs.values()) log.flush()
      if (!answered) tail = this.#logUnanswered()
    }
    throw new HandlerError({
      ...(this.#language.failure?.(failure, tail) ?? withTail(failure, tail)),
      logged,
    })
  }

  /** Loaded by the first process that asks for something. */
  async #handOver(ask: Ask): Promise<void> {
    const { HandedOver } = await import('./driver/handed-over.ts')
    if (this.#over) return
    this.#handedOver ??= new HandedOver(this.#env.tmp, (what) => this.#language.ask?.(what, this.#invocation))
    await this.#handedOver.answer(ask)
  }

  #takeHead(head: Head): void {
    this.#head = mergeHeads(this.#head, head)
    if (!this.#head.stream || this.#stream) return
    this.#stream = new ByteQueue()
    this.#onStream?.(answer({ body: this.#stream, ...described(this.#head, undefined) }))
    for (const [output, bytes] of this.#results.takeAll()) void this.#takeOutput(output, bytes)
  }

  #takeOutput(output: string, chunk: Buffer): void | PromiseLike<void> {
    if (this.#over) return this.#takeLate(output, chunk)
    if (this.#language.outputs[output] !== 'result') return this.#logOf(output).push(chunk)
    if (this.#stream) {
      const { stream } = this.#head
      return stream === true || stream === output ? this.#stream.push(chunk) : this.#logOf(output).push(chunk)
    }
    for (const part of this.#results.add(output, chunk)) this.#logOf(output).push(part)
    return undefined
  }

  /** Logs what was written to be an answer, before a failure: it often says why. @returns the last lines of the log that go into the error */
  #logUnanswered(): readonly string[] {
    const tail = this.#tail.slice()
    for (const [output, bytes] of this.#results.takeAll()) {
      const log = this.#logOf(output)
      const left = bytes.length - unansweredLimit
      if (left > 0) log.push(Buffer.from(`(${left} bytes before this are not logged)\n`))
      log.push(bytes.subarray(Math.max(0, left)))
      log.flush()
    }
    return tail.length > 0 ? tail : this.#tail.slice(-unansweredTailLength)
  }

  /** The answer is out. */
  #takeLate(output: string, chunk: Buffer): void {
    if (this.#language.outputs[output] === 'result') return
    const log = this.#logOf(output)
    log.push(chunk)
    log.flush()
  }

  #logOf(output: string): LogOutput {
    let log = this.#logs.get(output)
    if (!log) {
      log = openLog(this.#language.makesRecords ?? false, this.#env, this.#invocation, (line) => this.#keep(line))
      this.#logs.set(output, log)
    }
    return log
  }

  /** For the message about a process that is gone. */
  #keep(line: Buffer): void {
    const text = line.toString('utf8', 0, 2_000)
    const kept = text.split('\n').filter((one) => !this.#language.isOwnLine?.(one))
    if (kept.length > 0) this.#tail.push(kept.join('\n').trimEnd())
    if (this.#tail.length > tailLength) this.#tail.shift()
  }

  /** The first result output, in the language's order, that got a byte; what else was written there is log. */
  #answer(payload: Buffer, atRest: Promise<void> | undefined): Answer {
    let body: Buffer | undefined
    for (const [output, bytes] of this.#results.takeAll()) {
      if (body) {
        const log = this.#logOf(output)
        log.push(bytes)
        log.flush()
      } else {
        body = bytes
      }
    }
    return answer({
      body: body ?? payload,
      ...described(this.#head, this.#language.contentType),
      ...(atRest && { atRest }),
    })
  }
}

/** A process that is gone says nothing any more: what it printed last may. */
function withTail(failure: TaskFailure, tail: readonly string[]): TaskFailure {
  if (failure.errorType !== 'Runtime.ExitError' || failure.body || tail.length === 0) return failure
  return { ...failure, message: `${failure.message}; the last lines of its log:\n${tail.join('\n')}` }
}

function described(
  { contentType, http }: Head,
  fallback: string | undefined,
): { readonly contentType?: string; readonly http?: HttpHead } {
  const type = contentType ?? fallback
  return { ...(type !== undefined && { contentType: type }), ...(http && { http }) }
}

/** What the `context` frame says of every event. */
export function contextLines(invocation: Invocation): string {
  const { traceContext } = invocation
  return encodeFields({
    requestId: invocation.id,
    deadlineMs: String(invocation.deadline),
    functionArn: invocation.functionArn,
    traceId: invocation.traceId,
    clientContext: invocation.clientContext,
    identity: invocation.identity && JSON.stringify(invocation.identity),
    tenantId: invocation.tenantId,
    traceparent: traceContext?.traceparent,
    tracestate: traceContext?.tracestate,
    baggage: traceContext?.baggage,
  })
}
