import { dialects } from '../dialects.ts'
import { described, isObject, Refusal } from './verdict.ts'
import type { Json, Pairs, Understood, Warn } from './verdict.ts'
import { shown, textStatus } from './version-1.ts'

/**
 * HTTP API with payload 2.0, and function URLs: an object with a `statusCode` is read by its keys, anything else is the
 * body.
 */
export function readVersion2(text: string, kind: 'http' | 'url', warn: Warn): Understood {
  const { title, keys } = dialects[kind]
  const answer = parse(text)
  if (!isObject(answer) || !Object.hasOwn(answer, 'statusCode')) {
    if (isObject(answer) && ['body', 'headers', 'cookies'].some((key) => Object.hasOwn(answer, key)))
      warn(`${title} uses the whole answer as the body, because it has no \`statusCode\``)
    // Observed: a string loses its quotes, and text that is no JSON is sent unchanged.
    const body = typeof answer === 'string' ? answer : text
    return { status: 200, headers: [['content-type', 'application/json']], body, isBase64Encoded: false }
  }
  for (const key of Object.keys(answer))
    if (!keys.includes(key)) warn(`${title} ignores the key \`${key}\` of the answer`)
  return {
    status: statusOf(answer, title),
    headers: [...headersOf(answer, title), ...cookiesOf(answer, title)],
    body: bodyOf(answer, title),
    isBase64Encoded: isBase64(answer, title),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function statusOf({ statusCode }: Json, title: string): number {
  const status = textStatus(statusCode)
  if (typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599) return status
  throw new Refusal(
    `${title} refuses the answer because its \`statusCode\` is ${shown(statusCode)}; it must be a whole number from 100 to 599`,
  )
}

function headersOf({ headers }: Json, title: string): Pairs {
  if (headers === undefined || headers === null) return []
  if (!isObject(headers))
    throw new Refusal(`${title} refuses the answer because \`headers\` is ${described(headers)}; it must be an object`)
  return Object.entries(headers).map(([name, value]) => {
    if (typeof value === 'string') return [name, value]
    throw new Refusal(
      `${title} refuses the answer because \`headers.${name}\` is ${described(value)}; it must be a string`,
    )
  })
}

function cookiesOf({ cookies }: Json, title: string): Pairs {
  if (cookies === undefined || cookies === null) return []
  if (Array.isArray(cookies) && cookies.every((cookie) => typeof cookie === 'string'))
    return cookies.map((cookie) => ['set-cookie', cookie])
  throw new Refusal(
    `${title} refuses the answer because \`cookies\` is ${described(cookies)}; it must be a list of strings`,
  )
}

function bodyOf({ body }: Json, title: string): string {
  if (body === undefined || body === null) return ''
  if (typeof body === 'string') return body
  throw new Refusal(
    `${title} refuses the answer because its \`body\` is ${described(body)}; it must be a string, such as JSON text`,
  )
}

function isBase64({ isBase64Encoded: value }: Json, title: string): boolean {
  if (value === undefined || value === null) return false
  if (typeof value === 'boolean') return value
  throw new Refusal(
    `${title} refuses the answer because \`isBase64Encoded\` is ${shown(value)}; it must be true or false`,
  )
}
