import type { Expectation } from '../format/case-schema.ts'
import { difference } from './compare-content.ts'
import type { Difference } from './difference.ts'

type Pairs = readonly (readonly [name: string, value: string])[]

/** Headers that the client sees. Names in any case; several values are a list, in order. */
export function compareHeaders(expect: Expectation, headers: Pairs): readonly Difference[] {
  const exact = Object.entries(expect.headers ?? {}).flatMap(([name, wanted]) => {
    const values = valuesOf(headers, name)
    const expected = wanted === null ? [] : [wanted].flat().map(String)
    if (isSame(name, expected, values)) return []
    return [
      difference(`headers.${name}`, shown(expected), shown(values), {
        show: 'words',
        path: ['headers', name],
        update: values.length === 0 ? null : values.length === 1 ? values[0] : values,
      }),
    ]
  })
  const matching = Object.entries(expect['headers match'] ?? {}).flatMap(([name, pattern]) => {
    const values = valuesOf(headers, name)
    return values.some((value) => new RegExp(pattern).test(value))
      ? []
      : [difference(`headers match.${name}`, `/${pattern}/`, shown(values), { show: 'words' })]
  })
  return [...exact, ...matching]
}

/** Several lines of one header mean what one line with commas means, but for cookies: RFC 9110, 5.3. */
function isSame(name: string, expected: readonly string[], values: readonly string[]): boolean {
  if (name.toLowerCase() !== 'set-cookie' && expected.length > 0 && values.length > 0)
    return expected.join(', ') === values.join(', ')
  return expected.length === values.length && expected.every((value, index) => value === values[index])
}

function valuesOf(headers: Pairs, wanted: string): readonly string[] {
  return headers.filter(([name]) => name.toLowerCase() === wanted.toLowerCase()).map(([, value]) => value)
}

function shown(values: readonly string[]): unknown {
  if (values.length === 0) return 'no such header'
  return values.length === 1 ? values[0] : values
}
