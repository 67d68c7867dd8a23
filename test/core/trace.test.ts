import { expect, it } from 'vitest'
import { startTracing, trace, traceAreas, traceBody } from '../../core/src/trace.ts'

const lines: string[] = []

it('is off at first, and shows no private body', () => {
  expect(traceAreas.filter((area) => trace[area])).toEqual([])
  expect(traceBody(Buffer.from('secret'), true)).toBe(' (not shown)')
  expect(traceBody(Buffer.from('{"protocol":2}'), false)).toBe(' "{\\"protocol\\":2}"')
  expect([traceBody(new Uint8Array(), true), traceBody(new Uint8Array(), false)]).toEqual(['', ''])
})

it('shows 80 bytes at most, on one line', () => {
  const shown = traceBody(Buffer.from(`a\n\0${'x'.repeat(100)}`), false)
  expect(shown).toBe(` "a\\n\\u0000${'x'.repeat(77)}"…`)
  expect(traceBody(Buffer.from('x'.repeat(80)), false)).not.toContain('…')
})

it('writes a line for the areas that are on, with its time', () => {
  startTracing({ areas: ['lane', 'wire'], bodies: false }, (line) => lines.push(line))
  expect(traceAreas.filter((area) => trace[area])).toEqual(['lane', 'wire'])
  trace.lane?.('idle → busy')
  trace.wire?.('GET /next')
  trace.host?.('nothing')
  expect(lines).toEqual([
    expect.stringMatching(/^anyhandler trace \d+\.\d ms lane: idle → busy\n$/),
    expect.stringMatching(/^anyhandler trace \d+\.\d ms wire: GET \/next\n$/),
  ])
})

it('shows private bodies only when it is told to', () => {
  startTracing({ areas: ['lane'], bodies: true }, (line) => lines.push(line))
  expect(traceBody(Buffer.from('secret'), true)).toBe(' "secret"')
})
