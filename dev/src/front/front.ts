import { randomUUID } from 'node:crypto'
import { judge, judgeStream, makeEvent } from '@anyhandler/core/http'
import type { Finding, RequestKind, Verdict } from '@anyhandler/core/http'
import type { DevFunction } from '../functions/dev-function.ts'
import type { Functions } from '../functions/functions.ts'
import { finish, tryOnce } from '../functions/serving.ts'
import type { Served } from '../instances/job.ts'
import { bodyOf } from '../records/body.ts'
import type { Invocation } from '../records/invocation.ts'
import type { Header, Via } from '../records/record.ts'
import type { Store } from '../records/store.ts'
import { newTraceId, arnOf } from '../functions/identity.ts'
import type { AnswerSink } from './answer-sink.ts'
import { explanation } from './explanation.ts'
import { Streaming } from './streaming.ts'
import { noRouteFinding } from './no-route.ts'

export interface FrontOptions {
  readonly functions: Functions
  readonly store: Store
  readonly region: string
  /** Where the page shows an invocation; absent when there is no page. */
  pageOf(id: string): string | undefined
}

/** A request as the front door has it. */
export interface FrontRequest {
  readonly method: string
  /** Path and query, as the function is to see them. */
  readonly target: string
  readonly headers: readonly Header[]
  readonly body: Uint8Array
  readonly kind: RequestKind
  readonly via: Via
  readonly sourceIp?: string
}

/** RFC 9110: of one connection only. A front door of AWS lets none of them through. */
const hopByHop = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']

/** A front door of AWS, for one request: makes the event, has the function serve it, and answers as AWS's own would. */
export class Front {
  readonly #options: FrontOptions

  constructor(options: FrontOptions) {
    this.#options = options
  }

  /** Opens the invocation; its answer goes to the sink. */
  send(one: DevFunction, request: FrontRequest, sink: AnswerSink): Invocation {
    const id = randomUUID()
    const { method, target, kind, body, headers, via } = request
    const traceId = newTraceId()
    const all = withForwarded(headers, request, traceId)
    const event = makeEvent(
      {
        method,
        target,
        headers: all,
        time: Date.now(),
        requestId: id,
        ...(request.sourceIp !== undefined && { sourceIp: request.sourceIp }),
        ...(body.length > 0 && { body }),
      },
      kind,
    )
    const invocation = this.#options.store.open({
      id,
      function: one.entry.name,
      via,
      type: 'Http',
      title: `${method} ${target}`,
      event: Buffer.from(JSON.stringify(event)),
      request: { method, target, headers, as: kind, body: bodyOf(body) },
    })
    this.#serve(invocation, one, request, sink, traceId).catch((error: unknown) => {
      sink.cut()
      const message = `this is a fault of anyhandler: ${error instanceof Error ? error.stack : String(error)}`
      invocation.change({ status: 'done', ok: false, judged: [{ severity: 'error', message }] })
    })
    return invocation
  }

  async #serve(
    invocation: Invocation,
    one: DevFunction,
    request: FrontRequest,
    sink: AnswerSink,
    traceId: string,
  ): Promise<void> {
    const { kind } = request
    const streaming = new Streaming(sink, kind)
    const { served, rest } = await tryOnce(invocation, one, {
      functionArn: arnOf(this.#options.region, one.entry.name),
      traceId,
      onAnswer: (head) => streaming.onAnswer(head),
      onChunk: (bytes) => streaming.onChunk(bytes),
    })
    let findings: readonly Finding[] = streaming.findings
    if (!sink.hasBegun) findings = await this.#answer(invocation, one, request, served, sink)
    else if (served.failed) {
      const message = 'the stream broke off, because the function failed; the client has already seen its status'
      findings = [...findings, { severity: 'error', message }]
      sink.cut()
    } else await sink.end()
    invocation.timings = { ...invocation.timings, answer: Date.now() - served.answeredAt }
    invocation.change({ answer: sink.record(), judged: findings, httpStatus: sink.status })
    const isOk = !served.failed && !findings.some(({ severity }) => severity === 'error')
    await finish(invocation, rest, isOk)
  }

  async #answer(
    invocation: Invocation,
    one: DevFunction,
    request: FrontRequest,
    served: Served,
    sink: AnswerSink,
  ): Promise<readonly Finding[]> {
    const { status, headers, body, findings: judged } = verdictOf(served, request)
    const { functions, pageOf } = this.#options
    const isFront = one.entry.name === functions.front && !served.failed
    const lost = isFront ? await noRouteFinding(request, status, invocation.start.event, functions) : undefined
    const findings = lost ? [lost, ...judged] : judged
    const isRefused = lost !== undefined || findings.some(({ severity }) => severity === 'error')
    const own: readonly Header[] = [[requestIdName(request.kind), invocation.id]]
    if (isRefused && request.via === 'http' && wantsPage(request)) {
      const others = lost ? "the function's own answer" : "the front door's own error"
      const text = Buffer.from(explanation(status, findings, served, others, pageOf(invocation.id)))
      sink.begin(status, [['content-type', 'text/html; charset=utf-8'], ...own], text.length)
      await sink.write(text)
    } else {
      sink.begin(
        status,
        [...headers, ...own.filter(([name]) => !headers.some(([other]) => other.toLowerCase() === name))],
        body.length,
      )
      await sink.write(body)
    }
    await sink.end()
    return findings
  }
}

function verdictOf({ body, contentType, failed, streamed }: Served, { kind, headers }: FrontRequest): Verdict {
  if (streamed && !failed) return judgeStream(body, contentType, kind)
  const accept = headers.find(([name]) => name.toLowerCase() === 'accept')?.[1]
  return judge(body, kind, { functionError: failed, binaryTypes: ['*/*'], ...(accept !== undefined && { accept }) })
}

/** A browser that shows a page, and no script's request. */
function wantsPage({ headers, method }: FrontRequest): boolean {
  const value = (wanted: string): string => headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? ''
  return (
    method !== 'HEAD' && value('accept').includes('text/html') && ['', 'navigate'].includes(value('sec-fetch-mode'))
  )
}

function requestIdName(kind: RequestKind): string {
  return kind === 'http' || kind === 'http-1.0' ? 'apigw-requestid' : 'x-amzn-requestid'
}

/** Without the headers of the connection, and with those that each front door adds. */
function withForwarded(
  headers: readonly Header[],
  { sourceIp = '127.0.0.1' }: FrontRequest,
  traceId: string,
): readonly Header[] {
  const kept = headers.filter(([name]) => !hopByHop.includes(name.toLowerCase()))
  const names = new Set(kept.map(([name]) => name.toLowerCase()))
  const port = /:(?<port>\d+)$/.exec(kept.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '')?.groups?.['port']
  const added: readonly Header[] = [
    ['x-amzn-trace-id', traceId.split(';', 1)[0] as string],
    ['x-forwarded-for', sourceIp],
    ['x-forwarded-port', port ?? '80'],
    ['x-forwarded-proto', 'http'],
  ]
  return [...kept, ...added.filter(([name]) => !names.has(name))]
}
