import type { ProxyKind } from '../../events/kinds.ts'
import { dialects } from '../dialects.ts'
import { described, isObject, Refusal } from './verdict.ts'
import type { Json, Pairs, Understood, Warn } from './verdict.ts'

/**
 * REST API, HTTP API with payload 1.0, ALB, VPC Lattice, WebSocket: the answer has to be an object, and is read by its
 * keys.
 */
export function readVersion1(text: string, kind: ProxyKind, warn: Warn): Understood {
  const { title, keys } = dialects[kind]
  const answer = parse(text, title)
  for (const key of Object.keys(answer)) {
    if (keys.includes(key)) continue
    if (kind === 'rest')
      throw new Refusal(
        `${title} refuses the answer because of the key \`${key}\`; it knows ${keys.slice(0, -1).join(', ')}`,
      )
    warn(`${title} ignores the key \`${key}\` of the answer`)
  }
  return {
    status: statusOf(answer, kind),
    headers: headersOf(answer, kind, warn),
    body: bodyOf(answer, title),
    isBase64Encoded: isBase64(answer, kind),
  }
}

function parse(text: string, title: string): Json {
  let answer: unknown
  try {
    answer = JSON.parse(text) as unknown
  } catch {
    throw new Refusal(`${title} refuses the answer because it is not JSON`)
  }
  if (!isObject(answer))
    throw new Refusal(`${title} refuses the answer because it is ${described(answer)} and not an object`)
  return answer
}

function statusOf({ statusCode }: Json, kind: ProxyKind): number {
  const { title } = dialects[kind]
  if (statusCode === undefined || statusCode === null) {
    // Recorded: a REST API assumes 200. Payload 1.0 of an HTTP API doesn't; about the others nothing else is known.
    if (kind === 'rest') return 200
    throw new Refusal(`${title} refuses the answer because it has no \`statusCode\``)
  }
  // Recorded for REST APIs: a number in a string is accepted.
  const status = kind.startsWith('alb') || typeof statusCode === 'number' ? statusCode : textStatus(statusCode)
  if (typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599) return status
  throw new Refusal(
    `${title} refuses the answer because its \`statusCode\` is ${shown(statusCode)}; it must be a whole number from 100 to 599`,
  )
}

export function textStatus(statusCode: unknown): unknown {
  return typeof statusCode === 'string' && /^\d+$/.test(statusCode) ? Number(statusCode) : statusCode
}

export function shown(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : String(JSON.stringify(value))
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function headersOf(answer: Json, kind: ProxyKind, warn: Warn): Pairs {
  const { title } = dialects[kind]
  const single = mapOf(answer, 'headers', title)
  const multi = mapOf(answer, 'multiValueHeaders', title)
  const lists = Object.entries(multi ?? {}).flatMap(([name, values]): Pairs => {
    if (!Array.isArray(values))
      throw new Refusal(
        `${title} refuses the answer because \`multiValueHeaders.${name}\` is ${described(values)}; it must be a list`,
      )
    return values.map((value: unknown) => [name, headerValue(value, `multiValueHeaders.${name}`, title)])
  })
  const singles = Object.entries(single ?? {}).map(
    ([name, value]) => [name, headerValue(value, `headers.${name}`, title)] as const,
  )
  if (kind === 'alb' || !dialects[kind].keys.includes('multiValueHeaders')) {
    if (multi && !single) warn(`${title} reads only \`headers\`: the headers in \`multiValueHeaders\` are lost`)
    return singles
  }
  if (kind === 'alb-multi') {
    if (single && !multi) warn(`${title} reads only \`multiValueHeaders\`: the headers in \`headers\` are lost`)
    return lists
  }
  return mergeHeaders(lists, singles)
}

/** Recorded: the lists come first, their spelling of a name wins, and an equal pair appears once. */
function mergeHeaders(lists: Pairs, singles: Pairs): Pairs {
  const spelling = new Map(lists.map(([name]) => [name.toLowerCase(), name]))
  const further = singles.filter(
    ([name, value]) => !lists.some(([other, same]) => other.toLowerCase() === name.toLowerCase() && same === value),
  )
  return [...lists, ...further.map(([name, value]) => [spelling.get(name.toLowerCase()) ?? name, value] as const)]
}

function mapOf(answer: Json, key: string, title: string): Json | undefined {
  const value = answer[key]
  if (value === undefined || value === null) return undefined
  if (!isObject(value))
    throw new Refusal(`${title} refuses the answer because \`${key}\` is ${described(value)}; it must be an object`)
  return value
}

function headerValue(value: unknown, key: string, title: string): string {
  if (typeof value === 'string' || typeof value === 'boolean') return String(value)
  throw new Refusal(`${title} refuses the answer because \`${key}\` is ${described(value)}; it must be a string`)
}

function bodyOf({ body }: Json, title: string): string {
  if (body === undefined || body === null) return ''
  if (typeof body === 'string') return body
  throw new Refusal(
    `${title} refuses the answer because its \`body\` is ${described(body)}; it must be a string, such as JSON text`,
  )
}

function isBase64(answer: Json, kind: ProxyKind): boolean {
  const { title } = dialects[kind]
  // An alias that REST APIs read first, as the makers of SAM found out.
  const key = kind === 'rest' && answer['base64Encoded'] !== undefined ? 'base64Encoded' : 'isBase64Encoded'
  const value = answer[key]
  if (value === undefined || value === null) return false
  if (typeof value === 'boolean') return value
  if (value === 'true' || value === 'false') return value === 'true'
  throw new Refusal(`${title} refuses the answer because \`${key}\` is ${shown(value)}; it must be true or false`)
}
