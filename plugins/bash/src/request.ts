import type { Invocation } from '@anyhandler/core'
import { request } from '@anyhandler/core/request'
import type { HttpRequest } from '@anyhandler/core/request'

/**
 * What a handler's functions ask for: `request` and `fields` as bash code that sets `__ah_value` to the value of `$1`, `body` as it is. Of an event that is no HTTP request all
 * is empty.
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

/** A function with a `case`; a body that bash can't hold in a variable is said so. */
function caseOf(name: string, pairs: readonly (readonly [string, string])[], body?: Uint8Array): string {
  const cases = pairs.map(([key, value]) => `${quoted(key)}) __ah_value=${quoted(value)} ;;\n`).join('')
  const binary = body?.includes(0) ? '__ah_binary=1\n' : ''
  return `${name}() {\ncase $1 in\n${cases}*) __ah_found='' ;;\nesac\n}\n${binary}`
}

/** In single quotes nothing means anything. No variable holds a NUL. */
function quoted(text: string): string {
  return `'${text.replaceAll('\0', '').replaceAll("'", String.raw`'\''`)}'`
}
