import { HandlerError } from '@anyhandler/core'
import { fc } from '../../../support/properties.ts'
import { describe, expect, it } from 'vitest'
import { readMessage } from '../../../../core/src/child/protocol/messages.ts'
import type { DriverMessage } from '../../../../core/src/child/protocol/messages.ts'
import { protocol } from '../../../../core/src/child/protocol/ready.ts'

const read = (kind: string, payload: unknown): DriverMessage =>
  readMessage({ kind, payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)) })

function thrownBy(work: () => unknown): Error {
  try {
    work()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

/** Any JSON, texts with line breaks and other controls included. */
const json = fc.jsonValue({ stringUnit: 'binary' })
/** Any JSON that is not what the predicate says. `undefined` and a missing key are the same. */
const not = (isRight: (value: unknown) => boolean): fc.Arbitrary<unknown> => json.filter((value) => !isRight(value))

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isDescriptor = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0
const isFlag = (value: unknown): boolean => value === true || value === false
const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value)

/** One sentence on one line that a person can read: the key stands in it, and only so much of the value. */
function expectSentence({ message }: Error, key: string): void {
  expect(message).toContain(key)
  expect(message).toContain('it must be ')
  expect(message).not.toMatch(/[\r\n]/)
  expect(message.length).toBeLessThan(1_000)
}

describe('a ready frame', () => {
  const right = {
    pid: 12,
    control: [3, 4],
    outputs: { stdout: 5, stderr: [10, 11] },
    stdin: 6,
    frameLimit: 0,
    leash: [7, 8],
    hooks: true,
    reports: 9,
    idle: false,
    environment: true,
  }

  it('is read as it is said', () => {
    expect(read('ready', { protocol, ...right })).toEqual({ kind: 'ready', ready: { protocol, ...right } })
    expect(read('ready', { protocol, leash: 7 })).toMatchObject({ ready: { leash: 7 } })
    expect(read('ready', { protocol })).toEqual({ kind: 'ready', ready: { protocol } })
  })

  const wrong: Readonly<Record<keyof typeof right | 'claims', fc.Arbitrary<unknown>>> = {
    pid: not((value) => isDescriptor(value) && value !== 0),
    control: fc.oneof(
      not((value) => Array.isArray(value) && value.length === 2),
      fc.constantFrom([], [3], [3, 4, 5]),
      fc.tuple(json, not(isDescriptor)),
      fc.tuple(not(isDescriptor), json),
    ),
    outputs: fc.oneof(
      not(isObject),
      not((value) => isDescriptor(value) || Array.isArray(value)).map((value) => ({ stdout: 1, stderr: value })),
      fc.constant({ stdout: [] }),
      not(isDescriptor).map((value) => ({ stdout: 1, stderr: [2, value] })),
    ),
    stdin: not(isDescriptor),
    frameLimit: not(isDescriptor),
    leash: fc.oneof(
      not((value) => isDescriptor(value) || Array.isArray(value)),
      fc.constant([]),
      not(isDescriptor).map((value) => [1, value]),
    ),
    hooks: not(isFlag),
    reports: not(isDescriptor),
    idle: not(isFlag),
    environment: not(isFlag),
    claims: not(isDescriptor),
  }
  it.each(Object.entries(wrong))('with a wrong %s is one sentence that names it', (key, values) => {
    fc.assert(
      fc.property(values, (value) => {
        const error = thrownBy(() => read('ready', { protocol, ...right, [key]: value }))
        expect(error.name).toBe('LaneBrokenError')
        expectSentence(error, ` as ${key}`)
      }),
    )
  })

  it('with claims has nothing that each event needs anew', () => {
    const plain = { protocol, control: [3, 4], outputs: { stdout: 5 }, hooks: true, claims: 12 }
    expect(read('ready', plain)).toEqual({ kind: 'ready', ready: plain })
    for (const key of ['stdin', 'frameLimit', 'leash', 'reports', 'idle', 'environment'] as const)
      expectSentence(
        thrownBy(() => read('ready', { ...plain, [key]: right[key] })),
        `'claims' and '${key}'`,
      )
  })

  it('of another protocol says both', () => {
    fc.assert(
      fc.property(
        not((value) => value === protocol),
        (value) => {
          const { message } = thrownBy(() => read('ready', { protocol: value }))
          expect(message).toMatch(/^the driver speaks protocol .+, this host \d+; install /)
        },
      ),
    )
  })

  it.each(['', 'ready', '{', '[]', 'null', '1'])('that is no object (%s) is one sentence', (payload) => {
    expect(thrownBy(() => read('ready', payload)).message).toMatch(/^the driver's 'ready' frame is .+$/)
  })
})

describe('a head frame', () => {
  const http = { statusCode: 201, headers: { a: 'b', c: 1, d: true, e: ['f', 2] }, cookies: ['e=f'] }

  it('is read as it is said', () => {
    const head = { contentType: 'text/plain', http, stream: 'stdout' }
    expect(read('head', head)).toEqual({ kind: 'head', head })
    expect(read('head', {})).toEqual({ kind: 'head', head: {} })
  })

  const isHeaderText = (value: unknown): boolean =>
    typeof value === 'string' && [...value].every((char) => char === '\t' || (char >= ' ' && char <= 'ÿ'))
  const wrong: Readonly<Record<string, fc.Arbitrary<object>>> = {
    contentType: fc
      .oneof(not(isHeaderText), fc.constantFrom('a\nb', 'Ā', 'a\0'))
      .map((contentType) => ({ contentType })),
    http: not(isObject).map((value) => ({ http: value })),
    stream: not((value) => typeof value === 'boolean' || typeof value === 'string').map((stream) => ({ stream })),
    statusCode: fc
      .oneof(
        not((value) => Number.isInteger(value)),
        fc.integer({ max: 99 }),
        fc.integer({ min: 600 }),
      )
      .map((statusCode) => ({ http: { ...http, statusCode } })),
    headers: fc
      .oneof(
        not(isObject),
        not((value) => isScalar(value) || Array.isArray(value)).map((value) => ({ a: 'b', c: value })),
        not(isScalar).map((value) => ({ a: 'b', c: ['d', value] })),
      )
      .map((headers) => ({ http: { ...http, headers } })),
    cookies: fc
      .oneof(
        not(Array.isArray),
        not((value) => typeof value === 'string').map((value) => ['a=b', value]),
      )
      .map((cookies) => ({ http: { ...http, cookies } })),
  }
  it.each(Object.entries(wrong))('with a wrong %s is one sentence that names it', (key, heads) => {
    fc.assert(
      fc.property(heads, (head) => {
        const error = thrownBy(() => read('head', head))
        expect(HandlerError.is(error) && error.errorType).toBe('Function.InvalidAnswer')
        expectSentence(error, key)
      }),
    )
  })

  it.each(['', 'head', '{', '[]', 'null', '1'])('that is no object (%s) is one sentence', (payload) => {
    expectSentence(
      thrownBy(() => read('head', payload)),
      'the payload of head',
    )
  })
})

describe('a failed frame', () => {
  it('is the failure, with the frame as its body', () => {
    const body = { errorType: 'ValueError', errorMessage: 'wrong', stackTrace: ['a', 1], more: true }
    expect(read('failed', body)).toEqual({
      kind: 'failed',
      failure: {
        errorType: 'ValueError',
        message: 'wrong',
        stackTrace: ['a', '1'],
        body: Buffer.from(JSON.stringify(body)),
      },
    })
  })

  it('may hold frames whose toString is no function', () => {
    const message = read('failed', { errorType: 'Oops', stackTrace: ['a line', { toString: 1 }, null] })
    expect(message).toMatchObject({ failure: { stackTrace: ['a line', '{"toString":1}', 'null'] } })
  })

  it('may hold anything under its keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('errorType', 'errorMessage', 'stackTrace'), json), (body) => {
        const message = read('failed', body)
        expect(message).toMatchObject({ kind: 'failed' })
        const { errorType, message: text, stackTrace } = (message as Extract<DriverMessage, { kind: 'failed' }>).failure
        expect([typeof errorType, typeof text, stackTrace?.every((line) => typeof line === 'string')]).toEqual([
          'string',
          'string',
          true,
        ])
      }),
    )
  })

  it.each(['', 'failed', '{', '[]', 'null', '1', '"text\nmore"'])(
    'that is no object (%s) is one sentence',
    (payload) => {
      const { name, message } = thrownBy(() => read('failed', payload))
      expect(name).toBe('LaneBrokenError')
      expect(message).toMatch(/^the driver's 'failed' frame is not a JSON object: ".*"$/)
    },
  )
})

describe('other frames', () => {
  it('carry their bytes, or nothing', () => {
    expect(read('loaded', '')).toEqual({ kind: 'loaded' })
    expect(read('idle', '')).toEqual({ kind: 'idle' })
    expect(read('chunk', 'x')).toEqual({ kind: 'chunk', bytes: Buffer.from('x') })
    expect(read('cause', '{"a":1}')).toEqual({ kind: 'cause', text: '{"a":1}' })
    expect(read('done', 'x')).toEqual({ kind: 'done', value: Buffer.from('x') })
  })

  it('of a kind that no driver sends are one sentence', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,12}x$/), (kind) => {
        expect(thrownBy(() => read(kind, '')).message).toBe(
          `the driver sent '${kind}', which is not a frame of a driver`,
        )
      }),
    )
  })
})
