import { isUtf8 } from 'node:buffer'
import type { ProxyKind } from '../events/kinds.ts'
import { bytesToText } from './answer.ts'
import { dialects } from './dialects.ts'
import { shape } from './shape.ts'

/**
 * Turns a result without a status into an answer, by the rule of payload 2.0 behind every front door. A JSON object
 * with a `statusCode` is an HTTP answer and stays unchanged; anything else is the body. A JSON string becomes a body
 * without its quotes.
 *
 * @param contentType the handler's content type; with any type but JSON the result is always the body
 * @returns the bytes to send
 */
export function plainResult(
  result: Uint8Array,
  contentType: string | undefined,
  kind: ProxyKind,
  warn: (message: string) => void,
): string | Uint8Array {
  const isOfOtherType = contentType !== undefined && !/\bjson\b/i.test(contentType)
  if (isOfOtherType || !isUtf8(result)) return shape({ http: {}, contentType, body: result }, kind)
  const text = bytesToText(result)
  const parsed = parse(text)
  const value = parsed?.value
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if (Object.hasOwn(value, 'statusCode')) {
      nameUnknownKeys(value, kind, warn)
      return result
    }
    const keys = ['body', 'headers', 'cookies'].filter((key) => Object.hasOwn(value, key))
    if (keys.length > 0)
      warn(`an answer has the key \`${keys[0]}\` but no \`statusCode\`: it is sent whole, as the body of a 200`)
  }
  const body = typeof value === 'string' ? value : text
  const type = contentType ?? (parsed && typeof value !== 'string' ? 'application/json' : 'text/plain; charset=utf-8')
  return shape({ http: {}, contentType: type, body }, kind)
}

function nameUnknownKeys(answer: object, kind: ProxyKind, warn: (message: string) => void): void {
  const { title, keys } = dialects[kind]
  for (const key of Object.keys(answer)) {
    if (keys.includes(key)) continue
    warn(`${title} ${kind === 'rest' ? 'answers 502 because of' : 'ignores'} the key \`${key}\` of an answer`)
  }
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}
