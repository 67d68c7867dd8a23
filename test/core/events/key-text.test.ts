import { expect, test } from 'vitest'
import { keyText } from '../../../core/src/events/key-text.ts'

/** As it stands between its quotes. */
function read(key: string): string | undefined {
  const bytes = Buffer.from(`{"${key}":1}`)
  return keyText(bytes, 2, bytes.length - 4)
}

test('keys that differ in one byte are told apart, however often they come', () => {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-'
  const keys = [...letters].flatMap((one) =>
    [...letters].flatMap((other) => [`x${one}${other}x`, `xx${one}x${other}xx`]),
  )
  for (const key of [...keys, ...keys.toReversed()]) expect(read(key)).toBe(key)
})

test('an empty key, a long one and one that ends as another begins are read as they are', () => {
  for (const key of ['', 'a', 'k'.repeat(40), 'k'.repeat(41), 'k'.repeat(100_000), 'headers', 'header', 'eaders', ''])
    expect(read(key)).toBe(key)
})

test('a key with an escape or beyond ASCII is left to the parser, also after one that looks alike', () => {
  for (const key of ['ab', String.raw`\u0061b`, 'äb', String.raw`a\"b`, 'ab', '日本', 'äb'])
    expect(read(key)).toBe(/^[a-z]+$/.test(key) ? key : undefined)
})
