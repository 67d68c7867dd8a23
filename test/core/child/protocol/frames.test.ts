import { fc } from '../../../support/properties.ts'
import { describe, expect, it } from 'vitest'
import { encodeFrame, FrameParser } from '../../../../core/src/child/protocol/frames.ts'
import type { Frame } from '../../../../core/src/child/protocol/frames.ts'

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b)
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}

function parseAll(chunks: readonly Buffer[]): Frame[] {
  const parser = new FrameParser()
  return chunks.flatMap((chunk) => [...parser.push(chunk)])
}

describe('frames', () => {
  it('come out as they went in, wherever the stream is cut', () => {
    const frame = fc.record({
      kind: fc.stringMatching(/^[a-z]{1,12}$/),
      payload: fc.oneof(fc.string(), fc.constant('\n'), fc.constant('done 3\nabc')),
    })
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), fc.array(fc.nat(10_000), { maxLength: 20 }), (frames, places) => {
        const bytes = Buffer.concat(frames.map(({ kind, payload }) => encodeFrame(kind, payload)))
        expect(
          parseAll(cut(bytes, places)).map(({ kind, payload }) => ({ kind, payload: payload.toString() })),
        ).toEqual(frames.map(({ kind, payload }) => ({ kind, payload: Buffer.from(payload).toString() })))
      }),
    )
  })

  it.each([
    'hello\n',
    'done\n',
    'DONE 1\n',
    'done -1\n',
    'done 1 2 3\n',
    'done 9999999999999\n',
    'x'.repeat(100),
    '\n',
  ])('refuse %j', (text) => {
    expect(() => parseAll([Buffer.from(text)])).toThrow('expected a frame, got')
  })

  it('join a payload of many parts once', () => {
    const payload = 'x'.repeat(1_000_000)
    const bytes = encodeFrame('done', payload)
    const chunks = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, i) =>
      bytes.subarray(i * 1000, i * 1000 + 1000),
    )
    expect(parseAll(chunks).map((frame) => frame.payload.toString() === payload)).toEqual([true])
  })
})
