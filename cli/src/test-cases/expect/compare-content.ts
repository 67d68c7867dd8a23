import { isUtf8 } from 'node:buffer'
import { isDeepStrictEqual } from 'node:util'
import { jsonpath } from 'json-p3'
import type { JSONValue } from 'json-p3'
import { fullPath } from '../format/check-expectation.ts'
import type { Difference } from './difference.ts'
import { hasAll, mismatches, partOf } from './subset.ts'

type Expected = Readonly<Record<string, unknown>>

/** Holds bytes against `NAME`, `NAME contains` and so on; `answer` and `body` are such names. */
export function compareContent(name: string, expect: Expected, bytes: Uint8Array): readonly Difference[] {
  const content = new Content(bytes)
  return [
    ...given(expect, name, (value) => whole(name, value, content)),
    ...given(expect, `${name} base64`, (value) => {
      const got = Buffer.from(bytes).toString('base64')
      return got === value ? [] : [difference(`${name} base64`, value, got, { update: got })]
    }),
    ...given(expect, `${name} contains`, (value) => part(`${name} contains`, value, content)),
    ...given(expect, `${name} lacks`, (value) => lacks(`${name} lacks`, value, content.text)),
    ...given(expect, `${name} matches`, (value) => matching(`${name} matches`, value, content)),
    ...given(expect, `${name} at`, (value) =>
      Object.entries(value as Expected).flatMap(([path, wanted]) => at(`${name} at`, path, wanted, content)),
    ),
  ]
}

/** A body, looked at as text or as JSON. */
class Content {
  readonly text: string
  readonly bytes: Uint8Array
  #json: { readonly value: unknown } | undefined | null = null

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.text = Buffer.from(bytes).toString()
  }

  /** Nothing when it is no JSON. */
  get json(): { readonly value: unknown } | undefined {
    if (this.#json === null) {
      try {
        this.#json = { value: JSON.parse(this.text) as unknown }
      } catch {
        this.#json = undefined
      }
    }
    return this.#json
  }

  /** As it is best written down. */
  get shown(): unknown {
    if (!isUtf8(this.bytes)) return Buffer.from(this.bytes).toString('base64')
    const { json } = this
    // A number, or a text that is JSON by chance, is shown unchanged.
    return json && typeof json.value === 'object' ? json.value : this.text
  }
}

function given(expect: Expected, key: string, check: (value: unknown) => readonly Difference[]): readonly Difference[] {
  return Object.hasOwn(expect, key) && expect[key] !== undefined ? check(expect[key]) : []
}

function whole(key: string, value: unknown, content: Content): readonly Difference[] {
  if (typeof value === 'string' && value === content.text) return []
  if (content.json && isDeepStrictEqual(value, content.json.value)) return []
  const hint = hintOf(value, content)
  return [difference(key, value, content.shown, { update: content.shown, ...(hint !== undefined && { hint }) })]
}

function hintOf(value: unknown, { text, json, bytes }: Content): string | undefined {
  if (!isUtf8(bytes)) return `it is not text; expect '… base64'`
  if (typeof value === 'string' && `${value}\n` === text)
    return "it ends with a newline: write the text below '|' and not after ':'"
  if (typeof value === 'string' && value === `${text}\n`)
    return "it doesn't end with a newline: write the text after ':' or below '|-'"
  if (typeof value === 'object' && value !== null && !json) return 'it is not JSON'
  return undefined
}

function part(key: string, value: unknown, content: Content): readonly Difference[] {
  if (typeof value === 'string') {
    return content.text.includes(value) || content.json?.value === value
      ? []
      : [difference(key, value, content.shown, { show: 'words' })]
  }
  if (content.json && hasAll(value, content.json.value)) return []
  const got = content.json ? partOf(content.json.value, value) : content.text
  return [difference(key, value, got, content.json ? {} : { hint: 'it is not JSON' })]
}

export function lacks(key: string, value: unknown, text: string): readonly Difference[] {
  return [value]
    .flat()
    .filter((one) => text.includes(String(one)))
    .map((one) => difference(key, `nowhere ${JSON.stringify(one)}`, text, { show: 'words' }))
}

function matching(key: string, value: unknown, content: Content): readonly Difference[] {
  const isNested = typeof value === 'object' && value !== null
  if (isNested && !content.json) return [difference(key, value, content.text, { hint: 'it is not JSON' })]
  return mismatches(value, isNested ? content.json?.value : content.text, '').map(({ path, pattern, got }) =>
    difference(path === '' ? key : `${key}.${path}`, `/${pattern}/`, got, { show: 'words' }),
  )
}

function at(key: string, path: string, wanted: unknown, content: Content): readonly Difference[] {
  if (!content.json) return [difference(`${key}.${path}`, wanted, content.text, { hint: 'it is not JSON' })]
  const values = jsonpath.query(fullPath(path), content.json.value as JSONValue).values()
  const isOne = jsonpath.compile(fullPath(path)).singularQuery()
  const got: unknown = isOne ? values[0] : values
  if (isDeepStrictEqual(got, wanted)) return []
  return [difference(`${key}.${path}`, wanted, got, { path: [key, path], update: got })]
}

interface More {
  readonly show?: Difference['show']
  readonly hint?: string
  readonly update?: unknown
  readonly path?: readonly PropertyKey[]
}

export function difference(key: string, expected: unknown, got: unknown, more: More = {}): Difference {
  const { show = 'values', hint, path = [key] } = more
  return {
    key,
    expected,
    got,
    show,
    ...(hint !== undefined && { hint }),
    ...('update' in more && more.update !== undefined && { update: { path, value: more.update } }),
  }
}
