import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ByteQueue } from '../../../core/src/child/byte-queue.ts'

const bytes = (text: string): Buffer => Buffer.from(text)

async function read(queue: ByteQueue): Promise<string> {
  let text = ''
  for await (const part of queue) text += Buffer.from(part).toString()
  return text
}

describe('a byte queue', () => {
  it('gives everything in order, whether it came before or after the reader', async () => {
    const queue = new ByteQueue()
    void queue.push(bytes('a'))
    const reading = read(queue)
    await sleep(1)
    void queue.push(bytes('b'))
    queue.end(bytes('c'))
    expect(await reading).toBe('abc')
  })

  it('lets a push wait until the reader wants more', async () => {
    const queue = new ByteQueue()
    const reader = queue[Symbol.asyncIterator]()
    let settled = false
    const pushed = Promise.resolve(queue.push(bytes('a'))).then(() => {
      settled = true
    })
    await reader.next()
    await sleep(5)
    expect(settled).toBe(false)
    const next = reader.next()
    await pushed
    queue.end()
    expect((await next).done).toBe(true)
  })

  it('gives what came before a failure, then the failure', async () => {
    const queue = new ByteQueue()
    void queue.push(bytes('a'))
    queue.fail(new Error('broken'))
    const reader = queue[Symbol.asyncIterator]()
    expect((await reader.next()).value).toEqual(bytes('a'))
    await expect(reader.next()).rejects.toThrow('broken')
  })

  it('makes nobody wait for a reader that left', async () => {
    const queue = new ByteQueue()
    const first = queue.push(bytes('a'))
    for await (const part of queue) if (part.length > 0) break
    await first
    expect(queue.push(bytes('b'))).toBeUndefined()
  })
})
