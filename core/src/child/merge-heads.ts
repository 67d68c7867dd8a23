import type { HttpHead } from '../answer.ts'
import type { Head } from './protocol/head.ts'

/**
 * Headers that RFC 9110 lets a response have once. Said again, the later value counts; of all others both do.
 */
const once = [
  'age',
  'content-disposition',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  'location',
  'retry-after',
  'server',
]

/** What a handler says of its answer, one thing after the other: values of headers and cookies gather, of all else the last counts. */
export function mergeHeads(old: Head, { http, ...more }: Head): Head {
  if (!http) return { ...old, ...more }
  return { ...old, ...more, http: old.http ? mergeHttp(old.http, http) : http }
}

function mergeHttp(old: HttpHead, http: HttpHead): HttpHead {
  const headers: Record<string, string | readonly string[]> = { ...old.headers }
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    const key = name.toLowerCase()
    const same = Object.keys(headers).filter((other) => other.toLowerCase() === key)
    const values = once.includes(key) ? [] : same.flatMap((other) => headers[other] ?? [])
    for (const other of same) delete headers[other]
    headers[name] = values.length > 0 ? values.concat(value) : value
  }
  const cookies = [...(old.cookies ?? []), ...(http.cookies ?? [])]
  return { ...old, ...http, headers, ...(cookies.length > 0 && { cookies }) }
}
