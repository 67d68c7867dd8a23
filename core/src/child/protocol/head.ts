import type { HttpHead } from '../../answer.ts'
import { HandlerError } from '../../errors.ts'
import { isPlainObject } from '../../plain-object.ts'

/** The content of a `head` frame: how the answer is sent. */
export interface Head {
  readonly contentType?: string
  readonly http?: HttpHead
  /** The name of an output: only that one is streamed. */
  readonly stream?: boolean | string
}

/** The rule for each key, for {@link readHead}. */
const rules: Readonly<Record<keyof Head, readonly [must: string, check: (value: unknown) => boolean]>> = {
  contentType: ["text that a header can carry, such as 'text/plain; charset=utf-8'", isHeaderText],
  http: ['an object', isPlainObject],
  stream: ['true, or the name of an output', (value) => typeof value === 'boolean' || typeof value === 'string'],
}

const httpRules: Readonly<Record<keyof HttpHead, readonly [must: string, check: (value: unknown) => boolean]>> = {
  statusCode: ['a whole number from 100 to 599', isStatus],
  headers: [
    'an object of names and values',
    (value) => isPlainObject(value) && Object.values(value).flat().every(isScalar),
  ],
  cookies: [
    'a list of strings',
    (value) => Array.isArray(value) && value.every((cookie) => typeof cookie === 'string'),
  ],
}

/**
 * Reads a `head` frame.
 * @throws HandlerError `Function.InvalidAnswer` that names the key: drivers pass on the values of a handler
 */
export function readHead(payload: Buffer): Head {
  let head: unknown
  try {
    head = JSON.parse(payload.toString())
  } catch {
    throw invalid('the payload of head', undefined, 'a JSON object')
  }
  if (!isPlainObject(head)) throw invalid('the payload of head', head, 'an object')
  check(head, rules)
  if (head.http !== undefined) check(head.http as Record<string, unknown>, httpRules)
  return head as Head
}

function check(
  object: Readonly<Record<string, unknown>>,
  table: Readonly<Record<string, readonly [must: string, check: (value: unknown) => boolean]>>,
): void {
  for (const key in table) {
    const value = object[key]
    const [must, isRight] = table[key]!
    if (value !== undefined && !isRight(value)) throw invalid(`the answer's ${key}`, value, must)
  }
}

function invalid(what: string, value: unknown, must: string): HandlerError {
  const shown = value === undefined ? 'not JSON' : (JSON.stringify(value) ?? String(value)).slice(0, 100)
  return new HandlerError({ errorType: 'Function.InvalidAnswer', message: `${what} is ${shown}; it must be ${must}` })
}

/** Latin-1 without control characters: the characters allowed in a header. */
function isHeaderText(value: unknown): boolean {
  return typeof value === 'string' && /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)
}

function isStatus(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 599
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
