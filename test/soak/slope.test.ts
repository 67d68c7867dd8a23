import { expect, test } from 'vitest'
import { slopeOf } from './slope.ts'

const points = (memory: (step: number) => number) =>
  Array.from({ length: 20 }, (_, step) => ({ events: step * 1_000, memory: memory(step) }))

test('a leak shows as what each event adds; a heap that finds its size, or takes one step more, adds nothing', () => {
  expect(slopeOf(points((step) => 40_000 + step * 100))).toBeCloseTo(102.4)
  expect(slopeOf(points((step) => Math.min(step, 10) * 500))).toBeCloseTo(0)
  expect(slopeOf(points((step) => (step < 15 ? 14_000 : 16_000)))).toBeCloseTo(0)
})
