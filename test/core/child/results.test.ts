import { expect, it } from 'vitest'
import { Results } from '../../../core/src/child/results.ts'

const megabyte = Buffer.alloc(1_000_000, 'x')

it('takes as much as an answer can have, and refuses one byte more, once', () => {
  const results = new Results(['result', 'stdout'])
  for (let i = 0; i < 6; i++) expect(results.add('stdout', megabyte)).toEqual([])
  expect(results.add('stdout', Buffer.alloc(291_556))).toEqual([])
  expect(() => results.add('stdout', Buffer.alloc(1))).toThrow(
    expect.objectContaining({
      errorType: 'Function.ResponseSizeTooLarge',
      message: 'Response payload size (6291557 bytes) exceeded maximum allowed payload size (6291556 bytes).',
    }),
  )
  expect(results.add('stdout', megabyte)).toEqual([])
  expect(results.takeAll()).toEqual([])
})

it('gives back as log what an output before it has made log, in its order and without a limit', () => {
  const results = new Results(['result', 'stdout'])
  const [first, second, answer] = ['first', 'second', 'answer'].map((text) => Buffer.from(text)) as [
    Buffer,
    Buffer,
    Buffer,
  ]
  expect(results.add('stdout', first)).toEqual([])
  expect(results.add('result', answer)).toEqual([])
  expect(results.add('stdout', second)).toEqual([first, second])
  for (let i = 0; i < 10; i++) expect(results.add('stdout', megabyte)).toEqual([megabyte])
  expect(results.takeAll()).toEqual([['result', answer]])
})
