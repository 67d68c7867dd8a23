import { judgeStream } from '@anyhandler/core/http'
import type { Finding, RequestKind } from '@anyhandler/core/http'
import type { AnswerHead } from '@anyhandler/core/runtime-api'
import type { AnswerSink } from './answer-sink.ts'

const integration = 'application/vnd.awslambda.http-integration-response'
/** Ends the metadata of a streamed answer. */
const preludeEnd = Buffer.alloc(8)
/** Longer metadata are none. */
const longestPrelude = 1024 * 1024

/** Front doors that hand an answer on while it is still being written; the others wait for the whole. */
const streamingKinds: readonly RequestKind[] = ['url', 'rest']

/** An answer that may be a stream: its bytes go to the client as they come, once its metadata are there. */
export class Streaming {
  readonly #sink: AnswerSink
  readonly #kind: RequestKind
  #head: AnswerHead | undefined
  #prelude = Buffer.alloc(0)
  findings: readonly Finding[] = []

  constructor(sink: AnswerSink, kind: RequestKind) {
    this.#sink = sink
    this.#kind = kind
  }

  onAnswer(head: AnswerHead): void {
    if (head.streamed && head.kind === 'response' && streamingKinds.includes(this.#kind)) this.#head = head
  }

  async onChunk(bytes: Buffer): Promise<void> {
    if (!this.#head) return
    if (this.#sink.hasBegun) return this.#sink.write(bytes)
    if (this.#head.contentType !== integration) {
      this.#begin(Buffer.alloc(0))
      return this.#sink.write(bytes)
    }
    this.#prelude = Buffer.concat([this.#prelude, bytes])
    const end = this.#prelude.indexOf(preludeEnd)
    if (end < 0 && this.#prelude.length < longestPrelude) return
    return this.#sink.write(this.#begin(this.#prelude))
  }

  /** @returns the bytes of the body among these */
  #begin(bytes: Buffer): Uint8Array {
    const { status, headers, body, findings } = judgeStream(bytes, this.#head?.contentType, this.#kind)
    this.findings = findings
    this.#sink.begin(status, headers)
    return body
  }
}
