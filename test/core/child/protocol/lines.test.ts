import { fc } from '../../../support/properties.ts'
import { describe, expect, it } from 'vitest'
import { LineSplitter } from '../../../../core/src/child/protocol/lines.ts'

function split(chunks: readonly Buffer[]): string[] {
  const lines: string[] = []
  const splitter = new LineSplitter((line) => lines.push(line.toString('latin1')))
  for (const chunk of chunks) splitter.push(chunk)
  splitter.flush()
  return lines
}

describe('lines', () => {
  it('are cut at newlines only, wherever the stream is cut', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\0', 'ÿ') })
    fc.assert(
      fc.property(fc.array(text), (parts) => {
        const whole = parts.join('')
        const expected = whole.split('\n')
        if (expected.at(-1) === '') expected.pop()
        expect(split(parts.map((part) => Buffer.from(part, 'latin1')))).toEqual(expected)
      }),
    )
  })

  it('keep empty lines', () => {
    expect(split([Buffer.from('a\n\nb\n')])).toEqual(['a', '', 'b'])
  })

  it('go out in pieces of a mebibyte when they are longer', () => {
    const lines = split([Buffer.alloc(2_500_000, 'x'), Buffer.from('\nend')])
    expect(lines.map((line) => line.length)).toEqual([1_048_576, 1_048_576, 402_848, 3])
  })
})
