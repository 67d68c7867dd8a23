import type { HttpHead } from '../answer.ts'
import type { Head } from './protocol/head.ts'

/**
 * Headers that RFC 9110 allows only once in a response: a later value replaces the first. All other headers collect
 * their values.
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

/** Merges the `head` frames of an answer: headers and cookies add up, all other keys keep the last value. */
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
