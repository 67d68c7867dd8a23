import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { ByteSource } from '../../core/src/byte-source.ts'

/** A producer that says how it ended. */
async function* producer(parts: readonly unknown[], said: string[]): AsyncGenerator<unknown> {
  try {
    for (const part of parts) yield await part
    said.push('came to its end')
  } finally {
    said.push('cleaned up')
  }
}

it('gives the parts that hold something, then nothing', async () => {
  const said: string[] = []
  const source = new ByteSource(producer([Buffer.from(''), Buffer.from('a'), Buffer.from(''), Buffer.from('b')], said))
  expect(String(await source.next())).toBe('a')
  expect([String(await source.next()), source.over]).toEqual(['b', false])
  expect([await source.next(), await source.next(), source.over]).toEqual([undefined, undefined, true])
  source.stop()
  expect(said).toEqual(['came to its end', 'cleaned up'])
})

it('ends a producer of something else than bytes, and names its type', async () => {
  const said: string[] = []
  const source = new ByteSource(producer(['text', 'more'], said))
  await expect(source.next()).rejects.toThrow(
    "the handler's stream yielded a value of type string; it must yield bytes",
  )
  await sleep(1)
  expect([source.over, said]).toEqual([true, ['cleaned up']])
})

it('is over when the producer throws, and throws that once', async () => {
  const source = new ByteSource(producer([Promise.reject(new Error('broke'))], []))
  await expect(source.next()).rejects.toThrow('broke')
  expect([source.over, await source.next()]).toEqual([true, undefined])
})

it.each([
  ['a part', (late: PromiseWithResolvers<Buffer>) => late.resolve(Buffer.from('late'))],
  ['a failure', (late: PromiseWithResolvers<Buffer>) => late.reject(new Error('late'))],
])('gives nothing more when it is stopped meanwhile, not %s either', async (_what, settle) => {
  const said: string[] = []
  const late = Promise.withResolvers<Buffer>()
  const source = new ByteSource(producer([late.promise], said))
  const next = source.next()
  source.stop()
  settle(late)
  expect(await next).toBeUndefined()
  await sleep(1)
  expect(said).toEqual(['cleaned up'])
})

it('is nothing for a body that is not streamed', () => {
  expect([ByteSource.of(undefined), ByteSource.of(Buffer.from('x'))]).toEqual([undefined, undefined])
})
