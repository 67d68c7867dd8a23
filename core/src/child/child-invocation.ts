import { answer } from '../answer.ts'
import type { Answer, HttpHead } from '../answer.ts'
import type { Invocation, PluginEnv } from '../contract.ts'
import type { Reply } from '../lane/lane.ts'
import { loadUnderUsualFlags } from '../usual-flags.ts'
import { ByteQueue } from './byte-queue.ts'
import { brokenFailure, failureOf } from './child-failure.ts'
import type { ChildLanguage } from './child-language.ts'
import { EventLog } from './event-log.ts'
import type { ChildPool } from './lane-pools.ts'
import { mergeHeads } from './merge-heads.ts'
import { encodeField, encodeFields } from './protocol/fields.ts'
import type { HandedOver } from './driver/handed-over.ts'
import type { Head } from './protocol/head.ts'
import type { Ask } from './protocol/messages.ts'
import type { ChildTask } from './protocol/task.ts'
import { Results } from './results.ts'

/** Number of lines from a result output that go into an error without log lines. */
const unansweredTailLength = 5
/** Number of bytes at the end of such an output that are logged. */
const unansweredLimit = 65_536

/** One event in a child: sorts the child's output into result, log and failure. */
export class ChildInvocation implements ChildTask {
  readonly event: Uint8Array
  readonly further: string
  readonly #language: ChildLanguage
  readonly #env: PluginEnv
  readonly #invocation: Invocation
  /** Created with the first bytes of a result output. */
  #results: Results | undefined
  readonly #log: EventLog
  #head: Head = {}
  #over = false
  #handedOver: HandedOver | undefined
  #stream: ByteQueue | undefined
  readonly #answered = Promise.withResolvers<Answer>()

  constructor(language: ChildLanguage, env: PluginEnv, invocation: Invocation) {
    this.#language = language
    this.#env = env
    this.#invocation = invocation
    this.#log = new EventLog(language, env, invocation)
    this.event = invocation.event
    const further = language.context?.(invocation)
    this.further = further ? encodeFields(further) : ''
  }

  /** Resolves with the answer; for a stream as soon as the handler asks for one. */
  run(pool: ChildPool): Promise<Answer> {
    const { alarm } = this.#invocation
    const signal = alarm ?? this.#invocation.signal
    Promise.resolve(pool.run(this, { signal, onChunk: (chunk) => this.#stream?.push(chunk) })).then(
      (reply) => this.#takeReply(reply),
      (error: unknown) => this.#takeFailure(error),
    )
    return this.#answered.promise
  }

  context(): string {
    return contextLines(this.#invocation)
  }

  onHead(head: Head): void {
    this.#head = mergeHeads(this.#head, head)
    if (!this.#head.stream || this.#stream) return
    this.#stream = new ByteQueue()
    this.#answered.resolve(answer({ body: this.#stream, ...described(this.#head, undefined) }))
    for (const [output, bytes] of this.#takeResults()) void this.onOutput(output, bytes)
  }

  onOutput(output: string, chunk: Buffer): void | PromiseLike<void> {
    if (this.#over) return this.#takeLate(output, chunk)
    if (this.#language.outputs[output] !== 'result') return this.#log.of(output).push(chunk)
    if (this.#stream) {
      const { stream } = this.#head
      return stream === true || stream === output ? this.#stream.push(chunk) : this.#log.of(output).push(chunk)
    }
    this.#results ??= new Results(Object.keys(this.#language.outputs))
    for (const part of this.#results.add(output, chunk)) this.#log.of(output).push(part)
    return undefined
  }

  onAsk(ask: Ask): void {
    void this.#handOver(ask)
  }

  #takeReply(reply: Reply<Buffer>): void {
    this.#end()
    try {
      if (!reply.ok) this.#fail(failureOf(this.#language, reply.error, this.#logUnanswered()))
      else if (this.#stream) this.#stream.end(reply.value)
      else this.#answered.resolve(this.#answer(reply.value, reply.atRest))
    } catch (error) {
      this.#fail(error)
    }
  }

  /** The lane broke, or was ended. */
  #takeFailure(error: unknown): void {
    this.#end()
    try {
      const tail = this.#logUnanswered()
      const broken = brokenFailure(error)
      this.#fail(broken ? failureOf(this.#language, broken, tail, false) : error)
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  #end(): void {
    this.#over = true
    this.#handedOver?.close()
    this.#log.flush()
  }

  #fail(error: unknown): void {
    if (this.#stream) this.#stream.fail(error)
    else this.#answered.reject(error)
  }

  /** Loaded when the first process asks for data. */
  async #handOver(ask: Ask): Promise<void> {
    const { HandedOver } = await loadUnderUsualFlags(() => import('./driver/handed-over.ts'))
    if (this.#over) return
    this.#handedOver ??= new HandedOver(this.#env.tmp, (what) => this.#language.ask?.(what, this.#invocation))
    await this.#handedOver.answer(ask)
  }

  #takeResults(): ReturnType<Results['takeAll']> {
    return this.#results?.takeAll() ?? []
  }

  /**
   * After a failure, logs the bytes of the result outputs, because they often contain the reason. @returns the last
   * lines of the log, for the error
   */
  #logUnanswered(): readonly string[] {
    const tail = this.#log.tail.slice()
    for (const [output, bytes] of this.#takeResults()) {
      const log = this.#log.of(output)
      const left = bytes.length - unansweredLimit
      if (left > 0) log.push(Buffer.from(`(${left} bytes before this are not logged)\n`))
      log.push(bytes.subarray(Math.max(0, left)))
      log.flush()
    }
    return tail.length > 0 ? tail : this.#log.tail.slice(-unansweredTailLength)
  }

  /** The answer has been sent. */
  #takeLate(output: string, chunk: Buffer): void {
    if (this.#language.outputs[output] === 'result') return
    const log = this.#log.of(output)
    log.push(chunk)
    log.flush()
  }

  /** The first result output, in the language's order, that got a byte; the other outputs go to the log. */
  #answer(payload: Buffer, atRest: Promise<void> | undefined): Answer {
    let body: Buffer | undefined
    for (const [output, bytes] of this.#takeResults()) {
      if (body) {
        const log = this.#log.of(output)
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

function described(
  { contentType, http }: Head,
  fallback: string | undefined,
): { readonly contentType?: string; readonly http?: HttpHead } {
  const type = contentType ?? fallback
  return { ...(type !== undefined && { contentType: type }), ...(http && { http }) }
}

/** The keys of the `context` frame that every event has. */
export function contextLines({
  id,
  deadline,
  functionArn,
  traceId,
  clientContext,
  identity,
  tenantId,
  traceContext,
}: Invocation): string {
  let lines = `${encodeField('requestId', id)}deadlineMs=${deadline}\n${encodeField('functionArn', functionArn)}`
  if (traceId !== undefined) lines += encodeField('traceId', traceId)
  if (clientContext !== undefined) lines += encodeField('clientContext', clientContext)
  if (identity) lines += encodeField('identity', JSON.stringify(identity))
  if (tenantId !== undefined) lines += encodeField('tenantId', tenantId)
  return traceContext ? lines + encodeFields({ ...traceContext }) : lines
}
