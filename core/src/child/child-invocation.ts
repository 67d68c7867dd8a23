import { answer } from '../answer.ts'
import type { Answer, HttpHead } from '../answer.ts'
import type { ChildLanguage } from './child-plugin.ts'
import type { Invocation, PluginEnv } from '../contract.ts'
import { HandlerError } from '../errors.ts'
import type { ChildTask } from './lane/child-lane.ts'
import { LaneBrokenError } from '../lane/lane.ts'
import type { Reply, TaskFailure } from '../lane/lane.ts'
import { LineSplitter } from './lines.ts'
import type { LanePool } from '../lane/pool.ts'
import { ByteQueue } from './byte-queue.ts'

/** What `head` frames hold. */
interface Head {
  readonly contentType?: string
  readonly http?: HttpHead
  /** The name of an output streams that one alone. */
  readonly stream?: boolean | string
}

type Done = Extract<Reply<Buffer>, { ok: true }>

const tailLength = 20

/** One event on its way through a child: sorts what comes back into result, log and failure. */
export class ChildInvocation {
  readonly #language: ChildLanguage
  readonly #env: PluginEnv
  readonly #invocation: Invocation
  readonly #results = new Map<string, Buffer[]>()
  readonly #logs = new Map<string, LineSplitter>()
  readonly #tail: string[] = []
  #head: Head = {}
  #over = false
  #stream: ByteQueue | undefined
  #onStream: ((streamed: Answer) => void) | undefined

  constructor(language: ChildLanguage, env: PluginEnv, invocation: Invocation) {
    this.#language = language
    this.#env = env
    this.#invocation = invocation
  }

  /** Resolves with the answer; for a stream as soon as the handler asks for one. */
  run(pool: LanePool<ChildTask, Buffer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#onStream = resolve
      this.#task(pool).then(
        ({ value, settled }) => {
          if (this.#stream) this.#stream.end(value)
          else resolve(this.#answer(value, settled))
        },
        (error: unknown) => {
          if (this.#stream) this.#stream.fail(error)
          else reject(error as Error)
        },
      )
    })
  }

  async #task(pool: LanePool<ChildTask, Buffer>): Promise<Done> {
    const { signal } = this.#invocation
    const task: ChildTask = {
      context: () => contextLines(this.#invocation),
      further: lines(this.#language.context?.(this.#invocation)),
      event: this.#invocation.event,
      onHead: (payload) => this.#takeHead(payload),
      onOutput: (output, chunk) => this.#takeOutput(output, chunk),
    }
    const { logsFailures = false } = this.#language
    let failure: TaskFailure
    let logged = false
    try {
      const reply = await pool.run(task, { signal, onChunk: (chunk) => this.#stream?.push(chunk) })
      if (reply.ok) return reply
      failure = reply.error
      logged = logsFailures
    } catch (error) {
      if (!(error instanceof LaneBrokenError)) throw error
      failure = { errorType: 'Runtime.ExitError', message: `${error.message} during the event` }
    } finally {
      this.#over = true
      for (const log of this.#logs.values()) log.flush()
    }
    throw new HandlerError({
      ...(this.#language.failure?.(failure, this.#tail) ?? withTail(failure, this.#tail)),
      logged,
    })
  }

  #takeHead(payload: Buffer): void {
    this.#head = merge(this.#head, JSON.parse(payload.toString()) as Head)
    if (!this.#head.stream || this.#stream) return
    this.#stream = new ByteQueue()
    this.#onStream?.(answer({ body: this.#stream, ...described(this.#head, undefined) }))
    for (const [output, parts] of this.#results) for (const part of parts) void this.#takeOutput(output, part)
    this.#results.clear()
  }

  #takeOutput(output: string, chunk: Buffer): void | PromiseLike<void> {
    if (this.#over) return this.#takeLate(output, chunk)
    if (this.#language.outputs[output] !== 'result') return this.#logOf(output).push(chunk)
    if (this.#stream) {
      const { stream } = this.#head
      return stream === true || stream === output ? this.#stream.push(chunk) : this.#logOf(output).push(chunk)
    }
    const parts = this.#results.get(output)
    if (parts) parts.push(chunk)
    else this.#results.set(output, [chunk])
    return undefined
  }

  /** The answer is out. */
  #takeLate(output: string, chunk: Buffer): void {
    if (this.#language.outputs[output] === 'result') return
    const log = this.#logOf(output)
    log.push(chunk)
    log.flush()
  }

  #logOf(output: string): LineSplitter {
    let log = this.#logs.get(output)
    if (!log) {
      log = new LineSplitter((line) => {
        this.#env.log(line, { invocation: this.#invocation, unfiltered: this.#language.filtersItsOwnLog ?? false })
        this.#tail.push(line.toString('utf8', 0, 2_000))
        if (this.#tail.length > tailLength) this.#tail.shift()
      })
      this.#logs.set(output, log)
    }
    return log
  }

  /** The first result output, in the language's order, that got a byte; what else was written there is log. */
  #answer(payload: Buffer, settled: Promise<void> | undefined): Answer {
    let body: Buffer | undefined
    for (const output of Object.keys(this.#language.outputs)) {
      const parts = this.#results.get(output)
      if (!parts) continue
      const bytes = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
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
      ...(settled && { settled }),
    })
  }
}

/** A handler can say one thing after the other: a later header replaces an earlier one of the same name, cookies gather. */
function merge(old: Head, { http, ...more }: Head): Head {
  if (!http) return { ...old, ...more }
  const headers = { ...old.http?.headers }
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    for (const other of Object.keys(headers)) if (other.toLowerCase() === name.toLowerCase()) delete headers[other]
    headers[name] = value
  }
  const cookies = [...(old.http?.cookies ?? []), ...(http.cookies ?? [])]
  return { ...old, ...more, http: { ...old.http, ...http, headers, ...(cookies.length > 0 && { cookies }) } }
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
function contextLines(invocation: Invocation): string {
  let text = `requestId=${oneLine(invocation.id)}\ndeadlineMs=${invocation.deadline}\nfunctionArn=${oneLine(invocation.functionArn)}\n`
  const add = (key: string, value: string | undefined): void => {
    if (value !== undefined) text += `${key}=${oneLine(value)}\n`
  }
  add('traceId', invocation.traceId)
  add('clientContext', invocation.clientContext)
  add('identity', invocation.identity && JSON.stringify(invocation.identity))
  add('tenantId', invocation.tenantId)
  add('traceparent', invocation.traceContext?.traceparent)
  add('tracestate', invocation.traceContext?.tracestate)
  add('baggage', invocation.traceContext?.baggage)
  return text
}

function lines(pairs: Readonly<Record<string, string>> | undefined): string {
  let text = ''
  for (const key in pairs) text += `${key}=${oneLine(pairs[key] as string)}\n`
  return text
}

/** Between the tokens of JSON a blank is as good as a line break, and nowhere else does the platform send one. */
function oneLine(value: string): string {
  return /[\r\n]/.test(value) ? value.replace(/[\r\n]+/g, ' ') : value
}
