import { isUtf8 } from 'node:buffer'
import type { HttpHead } from '../answer.ts'

/** An HTTP answer of a handler, in no dialect. */
export interface HttpAnswer {
  readonly http: HttpHead
  /** Used unless the head has a content type. */
  readonly contentType?: string | undefined
  readonly body: string | Uint8Array
}

/** A header with its values, in the handler's spelling and order. */
export type Header = readonly [name: string, values: readonly string[]]

/** The headers of an answer without cookies: `Set-Cookie` values are never joined and never split. */
export interface Headers {
  readonly headers: readonly Header[]
  readonly cookies: readonly string[]
}

/**
 * Collects the values of each header; different spellings of a name count as one. `null` and `undefined` are no values.
 */
export function gatherHeaders({ headers = {}, cookies = [] }: HttpHead): Headers {
  const gathered = new Map<string, { readonly name: string; readonly values: string[] }>()
  for (const [name, given] of Object.entries(headers)) {
    const values = valuesOf(given)
    const key = name.toLowerCase()
    const known = gathered.get(key)
    if (known) known.values.push(...values)
    else if (values.length > 0) gathered.set(key, { name, values })
  }
  const setCookies = gathered.get('set-cookie')?.values ?? []
  gathered.delete('set-cookie')
  return {
    headers: [...gathered.values()].map(({ name, values }) => [name, values]),
    cookies: [...cookies.map(String), ...setCookies],
  }
}

export function valuesOf(given: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  return list.filter((value) => value !== null && value !== undefined).map(String)
}

export function hasHeader(headers: readonly Header[], wanted: string): boolean {
  return headers.some(([name]) => name.toLowerCase() === wanted)
}

/**
 * The content type of a body if the handler set none. It is the same behind every front door, because their own
 * defaults differ.
 * @param json true if the text is known to be JSON; otherwise it is checked
 */
export function inferType(body: string | Uint8Array, json = isJson(body)): string {
  if (json) return 'application/json'
  return typeof body === 'string' || isUtf8(body) ? 'text/plain; charset=utf-8' : 'application/octet-stream'
}

function isJson(body: string | Uint8Array): boolean {
  try {
    JSON.parse(typeof body === 'string' ? body : bytesToText(body))
    return true
  } catch {
    return false
  }
}

export function bytesToText(bytes: Uint8Array, encoding: 'utf8' | 'base64' = 'utf8'): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding)
}
