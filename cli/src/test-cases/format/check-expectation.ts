import { jsonpath } from 'json-p3'
import { faultAt } from './case-fault.ts'
import type { Placed } from './case-fault.ts'
import type { Expectation } from './case-schema.ts'

/**
 * Refuses patterns and paths that are none, before anything runs.
 * @throws CaseFault
 */
export function checkExpectation(expect: Expectation, file: Placed, path: readonly PropertyKey[]): void {
  for (const [key, value] of Object.entries(expect)) {
    if (/ match(?:es)?$/.test(key)) eachPattern(value, [...path, key], (text, at) => checkPattern(text, file, at))
    if (key === 'error' && typeof value === 'object' && value !== null) {
      const pattern = (value as Readonly<Record<string, unknown>>)['message matches']
      if (pattern !== undefined) checkPattern(pattern, file, [...path, key, 'message matches'])
    }
    if (key === 'files' || key === 'files contain')
      for (const name of Object.keys(value as object)) checkPath(name, file, [...path, key, name])
    if (key.endsWith(' at'))
      for (const query of Object.keys(value as object)) checkQuery(query, file, [...path, key, query])
  }
}

/** @throws CaseFault for a path that isn't one of a file in the case's own folder */
export function checkPath(name: string, file: Placed, path: readonly PropertyKey[]): void {
  const isInside = !name.startsWith('/') && !name.split('/').includes('..')
  if (!isInside) throw faultAt(file, path, `files['${name}'] leads out of the case's folder`, 'write a path below it')
  if (name === '' || name.endsWith('/') || name.includes('\0'))
    throw faultAt(file, path, `files['${name}'] names no file`, 'write the path of a file')
}

function eachPattern(
  value: unknown,
  path: readonly PropertyKey[],
  check: (pattern: unknown, path: readonly PropertyKey[]) => void,
): void {
  if (typeof value !== 'object' || value === null) return check(value, path)
  for (const [key, inner] of Object.entries(value)) eachPattern(inner, [...path, key], check)
}

function checkPattern(pattern: unknown, file: Placed, path: readonly PropertyKey[]): void {
  try {
    RegExp(String(pattern))
  } catch (error) {
    throw faultAt(file, path, (error as Error).message, 'correct the regular expression')
  }
}

function checkQuery(query: string, file: Placed, path: readonly PropertyKey[]): void {
  try {
    jsonpath.compile(fullPath(query))
  } catch (error) {
    throw faultAt(file, path, `'${query}' is not a JSON path: ${(error as Error).message}`, 'write $.items[0].sku, say')
  }
}

/** `items[0].sku` is `$.items[0].sku`. */
export function fullPath(query: string): string {
  if (query.startsWith('$')) return query
  return query.startsWith('[') ? `$${query}` : `$.${query}`
}
