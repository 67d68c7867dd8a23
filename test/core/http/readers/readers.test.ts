import { fc } from '../../../support/properties.ts'
import { describe, expect, it } from 'vitest'
import { proxyKinds } from '@anyhandler/core/events'
import type { ProxyKind } from '@anyhandler/core/events'
import { judge, shape } from '@anyhandler/core/http'
import { carryingRows } from '../judge-rows/carrying.ts'
import { meaningRows } from '../judge-rows/meaning.ts'
import { shapeRows } from '../shape-rows.ts'
import { areThere, readAll } from './readers.ts'
import type { Question } from './readers.ts'

const known: readonly ProxyKind[] = proxyKinds.filter((kind) => kind !== 'lattice-1')

const ofRows: readonly Question[] = [...meaningRows, ...carryingRows]
  .filter(({ options, answer }) => !options && JSON.stringify(answer).length < 100_000)
  .flatMap(({ kinds, answer }) =>
    kinds
      .filter((kind) => known.includes(kind))
      .map((kind) => ({ kind, answer: Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer)) })),
  )

const anyValue = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constant([]),
  fc.constant({}),
  fc.constant(['a']),
  fc.constant({ a: 'b' }),
  fc.constant({ a: ['b'] }),
  fc.constant({ a: 1 }),
)
const anyAnswer = fc.record(
  {
    statusCode: fc.oneof(fc.constant(200), fc.constant(200), anyValue),
    headers: fc.oneof(fc.constant({ a: 'b' }), anyValue),
    multiValueHeaders: fc.oneof(fc.constant({ a: ['b'] }), anyValue),
    cookies: anyValue,
    body: fc.oneof(fc.constant('hi'), anyValue),
    isBase64Encoded: fc.oneof(fc.boolean(), anyValue),
    extra: anyValue,
  },
  { requiredKeys: ['statusCode'] },
)
const generated: readonly Question[] = fc
  .sample(fc.tuple(fc.constantFrom(...known), anyAnswer), { numRuns: 1_500, seed: 17 })
  .map(([kind, answer]) => ({ kind, answer: Buffer.from(JSON.stringify(answer)) }))

type Json = Readonly<Record<string, unknown>>

/** Answers that two readers refuse and the judge lets through, each with the reason. */
const disagreements: readonly (readonly [reason: string, holds: (answer: Json) => boolean])[] = [
  ['recorded: a REST API takes a status in a string', ({ statusCode }) => /^[1-5]\d\d$/.test(statusCode as string)],
  [
    'trials of SAM’s makers: text for a flag',
    ({ isBase64Encoded }) => /^(?:true|false)$/.test(isBase64Encoded as string),
  ],
]

describe.skipIf(!areThere)('what others make of an answer', () => {
  it('is malformed for the judge, too, when two of them say so', () => {
    const questions = [...ofRows, ...generated]
    const unexplained: string[] = []
    const explained = new Set<string>()
    let refused = 0
    for (const [index, readings] of readAll(questions).entries()) {
      const { kind, answer } = questions[index] as Question
      const against = [...readings].filter(([, { malformed }]) => malformed).map(([name]) => name)
      const isRefused = judge(answer, kind).findings.some(({ severity }) => severity === 'error')
      if (isRefused) refused += 1
      if (against.length < 2 || isRefused) continue
      const object = JSON.parse(answer.toString()) as Json
      const reasons = disagreements.filter(([, holds]) => holds(object)).map(([reason]) => reason)
      for (const reason of reasons) explained.add(reason)
      if (reasons.length === 0) unexplained.push(`${kind} ${answer.toString()}: ${against.join(', ')}`)
    }
    expect(unexplained).toEqual([])
    expect(explained).toEqual(new Set(disagreements.map(([reason]) => reason)))
    expect(refused).toBeGreaterThan(500)
  })

  it('reads what shape writes as it is meant', () => {
    const questions = shapeRows.flatMap(({ means }) =>
      known.map((kind) => ({ kind, means, answer: Buffer.from(shape(means, kind)) })),
    )
    for (const [index, readings] of readAll(questions).entries()) {
      const { kind, means, answer } = questions[index] as (typeof questions)[number]
      const expected = Buffer.from(means.body as string).toString('base64')
      expect(readings.size).toBeGreaterThan(0)
      for (const [name, { malformed, status, body }] of readings) {
        expect([name, kind, answer.toString(), malformed]).toEqual([name, kind, answer.toString(), false])
        if (name === 'Go') continue
        expect([name, kind, status, body]).toEqual([name, kind, means.http.statusCode ?? 200, expected])
      }
    }
  })
})
