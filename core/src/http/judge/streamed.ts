import type { ProxyKind } from '../../events/kinds.ts'
import { bytesToText, valuesOf } from '../answer.ts'
import { dialects } from '../dialects.ts'
import { isObject, Refusal } from './verdict.ts'
import type { Finding, Json, Pairs, Verdict } from './verdict.ts'
import { checkValues } from './visible.ts'

/** Ends the prelude of a streamed HTTP response. */
const preludeEnd = '\0'.repeat(8)

/**
 * The client's view of a streamed answer: metadata in JSON, eight NUL bytes, the body; or the body alone.
 * @param contentType the content type of the post to the Runtime API
 */
export function judgeStream(answer: Uint8Array, contentType: string | undefined, kind: ProxyKind): Verdict {
  const { title, streams } = dialects[kind]
  const findings: Finding[] = []
  if (!streams) findings.push({ severity: 'error', message: `${title} can't stream, and the answer is a stream` })
  if (contentType !== 'application/vnd.awslambda.http-integration-response')
    return {
      status: 200,
      headers: [['content-type', contentType ?? 'application/octet-stream']],
      body: answer,
      findings,
    }
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength)
  const end = bytes.indexOf(preludeEnd)
  const head = end < 0 ? undefined : parse(bytesToText(bytes.subarray(0, end)))
  if (!head) {
    findings.push({ severity: 'error', message: `${title} finds no metadata before the body of the stream` })
    return { status: 502, headers: [], body: Buffer.alloc(0), findings }
  }
  const { statusCode = 200, headers, multiValueHeaders, cookies } = head
  const fields: Pairs = [headers, multiValueHeaders]
    .flatMap((map) => Object.entries(map ?? {}))
    .flatMap(([name, value]) => valuesOf(value).map((text) => [name, text] as const))
  const setCookies = valuesOf(cookies).map((cookie) => ['set-cookie', cookie] as const)
  const all = [...fields, ...setCookies]
  try {
    checkValues(all, title)
    const status = Number(statusCode)
    if (!Number.isInteger(status) || status < 100 || status > 599)
      throw new Refusal(`${title} refuses the stream because its \`statusCode\` is not a whole number from 100 to 599`)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    findings.push({ severity: 'error', message: error.message })
    return { status: 502, headers: [], body: Buffer.alloc(0), findings }
  }
  return {
    status: Number(statusCode),
    headers: all,
    body: bytes.subarray(end + preludeEnd.length),
    findings,
  }
}

function parse(text: string): Json | undefined {
  try {
    const head: unknown = JSON.parse(text)
    return isObject(head) ? head : undefined
  } catch {
    return undefined
  }
}
