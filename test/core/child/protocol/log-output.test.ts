import { fc } from '../../../support/properties.ts'
import { describe, expect, it } from 'vitest'
import { LogOutput, recordMark } from '../../../../core/src/child/protocol/log-output.ts'

const record = (level: string, form: string, text: string): string =>
  `\0${recordMark}${level} ${form} ${Buffer.byteLength(text)}\n${text}`

/** What comes out of chunks: lines as they are, records with their header. */
function cut(chunks: readonly (string | Buffer)[], withRecords = true): string[] {
  const seen: string[] = []
  const output = new LogOutput(withRecords, {
    onLine: (line) => seen.push(line.toString('latin1')),
    onRecord: (text, { level, form }) => seen.push(`${level} ${form}: ${text.toString('latin1')}`),
  })
  for (const chunk of chunks) output.push(Buffer.from(chunk))
  output.flush()
  return seen
}

describe('an output that is log', () => {
  it('is lines and records, in their order', () => {
    const text = `one\ntwo${record('ERROR', 'text', 'a\nb\n')}${record('-', 'json', '{}')}three\n${record('INFO', 'text', '')}`
    expect(cut([text])).toEqual(['one', 'two', 'ERROR text: a\nb\n', 'undefined json: {}', 'three', 'INFO text: '])
  })

  it('is the same however it is cut', () => {
    const piece = fc.oneof(
      fc.constantFrom('\0', '\n', `\0${recordMark}`, `\0${recordMark}ERROR`, 'text', `\0record-`),
      fc.string({ maxLength: 5 }),
      fc.string({ maxLength: 9 }).map((text) => record('WARN', 'text', text)),
    )
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.nat({ max: 200 })), (pieces, cuts) => {
        const whole = Buffer.from(pieces.join(''))
        const at = [0, ...cuts.map((one) => Math.min(one, whole.length)), whole.length].toSorted((a, b) => a - b)
        const chunks = at.slice(1).map((end, index) => whole.subarray(at[index], end))
        expect(cut(chunks)).toEqual(cut([whole]))
      }),
      { numRuns: 500 },
    )
  })

  it.each(['', 'ERROR', 'LOUD text 3', 'ERROR text x', 'ERROR xml 3', `ERROR text ${'9'.repeat(11)}`])(
    'a mark without a header (%j) is what it looks like',
    (header) => {
      expect(cut([`a\n\0${recordMark}${header}\nrest\n`])).toEqual(['a', `\0${recordMark}${header}`, 'rest'])
    },
  )

  it('of a record that is not whole, what is there comes out', () => {
    expect(cut([record('ERROR', 'text', 'abcdef').slice(0, -3)])).toEqual(['ERROR text: abc'])
    expect(cut([`x\0${recordMark}ERR`])).toEqual([`x\0${recordMark}ERR`])
  })

  it('a record longer than CloudWatch takes comes in pieces', () => {
    const seen = cut([record('-', 'text', 'x'.repeat(2 ** 20 + 5)), 'y\n'])
    expect(seen.map((one) => one.length - 'undefined text: '.length)).toEqual([
      2 ** 20,
      5,
      1 - 'undefined text: '.length,
    ])
  })

  it('has no records where its language makes none', () => {
    expect(cut([record('ERROR', 'text', 'a')], false)).toEqual([`\0${recordMark}ERROR text 1`, 'a'])
  })
})
