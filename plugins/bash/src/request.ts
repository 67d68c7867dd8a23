import type { Invocation } from '@anyhandler/core'
import { request } from '@anyhandler/core/request'
import type { HttpRequest } from '@anyhandler/core/request'

/**
 * The data for a handler's functions: `request` and `fields` as bash code that sets `__ah_value` to the value of `$1`,
 * `body` unchanged. All are empty for an event that is no HTTP request.
 */
export function requestFor(what: string, invocation: Invocation): Uint8Array | undefined {
  const found = request(invocation)
  switch (what) {
    case 'request':
      return Buffer.from(caseOf('__ah_of_request', found ? requestPairs(found) : [], found?.body))
    case 'fields':
      return Buffer.from(
        caseOf('__ah_of_fields', found ? found.fields.names().map((name) => [name, found.field(name) ?? '']) : []),
      )
    case 'body':
      return found?.body ?? new Uint8Array()
    default:
      return undefined
  }
}

function requestPairs(found: HttpRequest): readonly (readonly [string, string])[] {
  const parts = ['param', 'query', 'header', 'cookie'] as const
  return [
    ['method', found.method],
    ['path', found.path],
    ...parts.flatMap((part) => found.names(part).map((name) => [`${part}:${name}`, found[part](name) ?? ''] as const)),
  ]
}

/** A function with a `case`; it marks a body that a bash variable can't hold. */
function caseOf(name: string, pairs: readonly (readonly [string, string])[], body?: Uint8Array): string {
  const cases = pairs.map(([key, value]) => `${quoted(key)}) __ah_value=${quoted(value)} ;;\n`).join('')
  const binary = body?.includes(0) ? '__ah_binary=1\n' : ''
  return `${name}() {\ncase $1 in\n${cases}*) __ah_found='' ;;\nesac\n}\n${binary}`
}

/** Single quotes need no other escapes. No variable can contain a NUL. */
function quoted(text: string): string {
  return `'${text.replaceAll('\0', '').replaceAll("'", String.raw`'\''`)}'`
}
