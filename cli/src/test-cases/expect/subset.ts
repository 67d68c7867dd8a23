import { isDeepStrictEqual } from 'node:util'

type Json = Readonly<Record<string, unknown>>

function isMapping(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}

/** Whether a value has at least this: the keys of a mapping, the items of a list in any order. */
export function hasAll(expected: unknown, got: unknown): boolean {
  if (isMapping(expected))
    return (
      isMapping(got) &&
      Object.entries(expected).every(([key, value]) => Object.hasOwn(got, key) && hasAll(value, got[key]))
    )
  if (Array.isArray(expected))
    return Array.isArray(got) && expected.every((item) => got.some((other) => hasAll(item, other)))
  return isDeepStrictEqual(expected, got)
}

/** The part of a value that an expectation names: other parts would only distract. */
export function partOf(got: unknown, expected: unknown): unknown {
  if (!isMapping(expected) || !isMapping(got)) return got
  const named = Object.keys(expected).filter((key) => Object.hasOwn(got, key))
  return Object.fromEntries(named.map((key) => [key, partOf(got[key], expected[key])]))
}

/** The differences, by path; keys that the pattern doesn't name may have any value. */
export function mismatches(pattern: unknown, got: unknown, path: string): readonly Mismatch[] {
  if (isMapping(pattern) || Array.isArray(pattern)) {
    return Object.entries(pattern).flatMap(([key, inner]) =>
      mismatches(inner, (got as Json | undefined | null)?.[key], path === '' ? key : `${path}.${key}`),
    )
  }
  const text = typeof got === 'string' ? got : got === undefined ? undefined : JSON.stringify(got)
  return text !== undefined && new RegExp(String(pattern)).test(text) ? [] : [{ path, pattern: String(pattern), got }]
}

export interface Mismatch {
  readonly path: string
  readonly pattern: string
  readonly got: unknown
}
