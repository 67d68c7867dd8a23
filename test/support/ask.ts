import { request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'

export interface Asked {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** The body in the parts in which it came. */
  readonly parts: readonly string[]
}

/** One request with exactly these headers: `fetch` sets some of its own, and refuses others. */
export function ask(
  url: string,
  {
    method = 'GET',
    headers = {},
    body,
    onPart,
  }: {
    readonly method?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string | Uint8Array
    /** Called with each part of the body as it comes. */
    readonly onPart?: (text: string) => void
  } = {},
): Promise<Asked> {
  const { promise, resolve, reject } = Promise.withResolvers<Asked>()
  const sent = request(url, { method, headers, maxHeaderSize: 256 * 1024, agent: false }, (answer) => {
    const chunks: Buffer[] = []
    const parts: string[] = []
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      parts.push(chunk.toString())
      onPart?.(chunk.toString())
    })
    answer.on('error', reject)
    answer.on('end', () =>
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks), parts }),
    )
  })
  sent.on('error', reject)
  sent.end(body)
  return promise
}
