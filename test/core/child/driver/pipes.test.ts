import { once } from 'node:events'
import { closeSync, constants, openSync, readSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PipeReader, PipeWriter, StdinWriter } from '../../../../core/src/child/driver/pipes.ts'
import { bash, fifo } from '../../../support/fifo.ts'
import type { TestProcess } from '../../../support/fifo.ts'
import { descriptorsOf, programOf } from '../../../support/processes.ts'
import { until } from '../../../support/served.ts'
import { taskFolder } from '../../../support/task-folder.ts'

/** What a pipe holds before its writer waits. */
const pipeSize = 65_536

/** Bytes of which any two parts differ. */
function pattern(length: number, seed = 0): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE((at + seed * 0x1000000) >>> 0, at)
  return bytes
}

/** A file that holds the bytes. */
function fileOf(bytes: Buffer): string {
  const path = join(taskFolder(), 'bytes')
  writeFileSync(path, bytes)
  return path
}

/** A process that has the pipe as its standard input, as a handler has it. Something must hold the write end open. */
const reading = (path: string, script: string): TestProcess => bash(script, [], { stdin: openSync(path, 'r') })

/** A descriptor that writes to a pipe whose other end is open, for the time of one test. */
function openWriter(path: string): number {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  onTestFinished(() => closeSync(fd))
  return fd
}

describe('a pipe reader', () => {
  interface Reading {
    readonly path: string
    readonly reader: PipeReader
    readonly parts: Buffer[]
    bytes(): Buffer
  }

  function read(receive: (chunk: Buffer) => void | PromiseLike<void> = () => {}): Reading {
    const path = fifo()
    const parts: Buffer[] = []
    const reader = new PipeReader(path, (chunk) => {
      parts.push(chunk)
      return receive(chunk)
    })
    onTestFinished(() => reader.close())
    return { path, reader, parts, bytes: () => Buffer.concat(parts) }
  }

  it('hands over all that a process writes, in its order', async () => {
    const { path, reader, bytes } = read()
    reader.start()
    const sent = pattern(1_000_000)
    expect(await bash('cat "$2" >"$1"', [path, fileOf(sent)]).ended).toBe(0)
    await until(() => bytes().length >= sent.length)
    expect(bytes().equals(sent)).toBe(true)
  })

  it('makes the writing process wait while the receiver is busy, and loses nothing of it', async () => {
    const gate = Promise.withResolvers<void>()
    const { path, reader, parts, bytes } = read(() => (parts.length === 1 ? gate.promise : undefined))
    reader.start()
    const sent = pattern(1_000_000)
    let ended = false
    void bash('cat "$2" >"$1"', [path, fileOf(sent)]).ended.then(() => (ended = true))
    await until(() => reader.behind)
    await sleep(100)
    expect([parts.length, reader.behind, ended]).toEqual([1, true, false])
    gate.resolve()
    await until(() => bytes().length >= sent.length)
    expect(bytes().equals(sent)).toBe(true)
    reader.drain()
    expect(reader.behind).toBe(false)
  })

  it('goes on after a receiver that failed', async () => {
    const { path, reader, parts, bytes } = read(() =>
      parts.length === 1 ? Promise.reject(new Error('could not')) : undefined,
    )
    reader.start()
    const fd = openWriter(path)
    writeSync(fd, 'one')
    await until(() => parts.length === 1)
    writeSync(fd, 'two')
    await until(() => parts.length === 2)
    expect(bytes().toString()).toBe('onetwo')
  })

  it('drains what the pipe holds while its receiver is busy, and gives none of it twice', async () => {
    const gate = Promise.withResolvers<void>()
    const { path, reader, parts, bytes } = read(() => (parts.length === 1 ? gate.promise : undefined))
    reader.start()
    const fd = openWriter(path)
    writeSync(fd, 'one ')
    await until(() => reader.behind)
    writeSync(fd, 'two ')
    await sleep(20)
    expect(bytes().toString()).toBe('one ')
    reader.drain()
    expect(bytes().toString()).toBe('one two ')
    writeSync(fd, 'three')
    gate.resolve()
    await until(() => parts.length === 3)
    await sleep(20)
    expect(bytes().toString()).toBe('one two three')
  })

  it('reads nothing between pause and resume', async () => {
    const { path, reader, parts, bytes } = read()
    reader.start()
    const fd = openWriter(path)
    writeSync(fd, 'one ')
    await until(() => parts.length === 1)
    reader.pause()
    writeSync(fd, 'two')
    await sleep(50)
    expect(parts).toHaveLength(1)
    reader.resume()
    await until(() => parts.length === 2)
    expect(bytes().toString()).toBe('one two')
  })

  it('closes in the middle of what comes: the writer hears of it, the receiver of nothing more', async () => {
    const { path, reader, parts } = read(() => reader.close())
    reader.start()
    const writer = bash('cat /dev/zero >"$1"', [path])
    expect(await writer.ended).toBe(128 + 13)
    expect(parts).toHaveLength(1)
    reader.close()
    reader.drain()
    expect(parts).toHaveLength(1)
  })

  it('says when nobody holds the other end any more, unless it was closed before', async () => {
    const ends: string[] = []
    const [one, two] = [fifo(), fifo()]
    const [first, second] = [
      new PipeReader(
        one,
        (chunk) => void ends.push(chunk.toString()),
        () => ends.push('end'),
      ),
      new PipeReader(
        two,
        () => {},
        () => ends.push('end of the second'),
      ),
    ]
    const writers = [one, two].map((path) => openSync(path, constants.O_WRONLY | constants.O_NONBLOCK))
    first.start()
    second.start()
    second.close()
    writeSync(writers[0] ?? 0, 'last words')
    for (const fd of writers) closeSync(fd)
    await until(() => ends.length === 2)
    await sleep(20)
    expect(ends).toEqual(['last words', 'end'])
    first.close()
  })

  it('does not go on with a drain whose receiver closes it, although the descriptor may be another file by then', async () => {
    const other = fileOf(Buffer.from('of somebody else'))
    let fd: number | undefined
    const { path, reader, bytes } = read(() => {
      reader.close()
      fd ??= openSync(other, 'r')
    })
    writeSync(openWriter(path), 'mine')
    reader.drain()
    closeSync(fd ?? -1)
    expect(bytes().toString()).toBe('mine')
  })

  it('drains no more than a pipe can hold from a process that never stops writing', async () => {
    const { path, reader, bytes } = read()
    // The pipe is full when it says so, and then somebody goes on writing.
    const writer = bash('exec 3>"$1"; head -c 65536 /dev/zero >&3; echo full; exec cat /dev/zero >&3', [path])
    await once(writer.child.stdout as Readable, 'data')
    await until(() => programOf(writer.pid) === 'cat')
    reader.drain()
    expect(bytes().length).toBeGreaterThanOrEqual(pipeSize)
    // What a pipe can be made to hold, and the last part.
    expect(bytes().length).toBeLessThanOrEqual(1_048_576 + pipeSize)
    writer.child.kill('SIGKILL')
  })

  it.each([
    ['before it has started', false],
    ['while it reads', true],
  ])('frees its descriptor %s', async (_when, started) => {
    const path = fifo()
    const before = descriptorsOf(process.pid)
    const reader = new PipeReader(path, () => {})
    if (started) reader.start()
    expect(descriptorsOf(process.pid)).toBe(before + 1)
    reader.close()
    await until(() => descriptorsOf(process.pid) <= before)
  })
})

describe('a pipe writer', () => {
  function writer(): { readonly path: string; readonly reader: number; readonly writer: PipeWriter } {
    const path = fifo()
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const made = new PipeWriter(path)
    onTestFinished(() => made.close())
    return { path, reader, writer: made }
  }

  it('writes at once what the pipe has room for', () => {
    const { reader, writer: made } = writer()
    made.write(Buffer.from('one '))
    made.write(Buffer.from('two'))
    const into = Buffer.alloc(100)
    expect(into.toString('latin1', 0, readSync(reader, into))).toBe('one two')
    closeSync(reader)
  })

  it('keeps what a full pipe has no room for, in its order, and ends behind it', async () => {
    const { path, reader, writer: made } = writer()
    const parts = [pattern(200_000, 1), Buffer.from('small'), pattern(100_000, 2), Buffer.from('last')]
    for (const part of parts) made.write(part)
    const child = reading(path, 'sleep 0.1; cat')
    closeSync(reader)
    made.end()
    made.write(Buffer.from('too late'))
    expect((await child.output).equals(Buffer.concat(parts))).toBe(true)
  })

  it('lets no later bytes overtake those that it keeps, when there is room again', async () => {
    const { path, reader, writer: made } = writer()
    const kept = pattern(3 * pipeSize)
    made.write(kept)
    const into = Buffer.alloc(pipeSize)
    readSync(reader, into)
    made.write(Buffer.from('last'))
    const child = reading(path, 'cat')
    closeSync(reader)
    made.end()
    expect(Buffer.concat([into, await child.output]).equals(Buffer.concat([kept, Buffer.from('last')]))).toBe(true)
  })

  it('writes at once again when the full pipe has been read', async () => {
    const { reader, writer: made } = writer()
    made.write(pattern(2 * pipeSize))
    const into = Buffer.alloc(2 * pipeSize)
    let size = 0
    await until(() => {
      try {
        size += readSync(reader, into, size, into.length - size, null)
      } catch {
        // Nothing there yet.
      }
      return size === into.length
    })
    // The end of the writing that had to wait is told a little later.
    let times = 0
    await until(() => {
      times += 1
      made.write(Buffer.from(`${times} again`))
      try {
        return into.toString('latin1', 0, readSync(reader, into)) === `${times} again`
      } catch {
        return false
      }
    })
    closeSync(reader)
  })

  it.each([
    ['with room in the pipe', 0],
    ['with a full pipe', 3 * pipeSize],
  ])('takes no harm of a reader that is gone (%s)', async (_how, before) => {
    const { reader, writer: made } = writer()
    made.write(pattern(before))
    closeSync(reader)
    for (let time = 0; time < 3; time++) {
      made.write(Buffer.from('nobody'))
      await sleep(5)
    }
    made.end()
    made.close()
  })

  it('drops what it kept when it is closed, and frees its descriptor', async () => {
    const path = fifo()
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const before = descriptorsOf(process.pid)
    const made = new PipeWriter(path)
    made.write(pattern(3 * pipeSize))
    made.close()
    made.close()
    await until(() => descriptorsOf(process.pid) <= before)
    const into = Buffer.alloc(4 * pipeSize)
    expect(readSync(reader, into)).toBe(pipeSize)
    // The end.
    expect(readSync(reader, into)).toBe(0)
    closeSync(reader)
  })
})

describe("a writer of a handler's standard input", () => {
  /** A driver's descriptor: `next` puts a new pipe behind it, and gives the pipe's own path. */
  function stdin(): { next(): string; readonly stdin: StdinWriter } {
    const descriptor = join(taskFolder(), 'descriptor')
    const made = new StdinWriter(descriptor)
    onTestFinished(() => made.close())
    return {
      stdin: made,
      next() {
        const path = fifo()
        // The driver has the read end open.
        const held = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
        onTestFinished(() => closeSync(held))
        rmSync(descriptor, { force: true })
        symlinkSync(path, descriptor)
        return path
      },
    }
  }

  it('lets the reader wait for the bytes, then see the end', async () => {
    const { next, stdin: made } = stdin()
    const path = next()
    made.open()
    const child = reading(path, 'cat; echo .')
    await sleep(100)
    expect(child.child.exitCode).toBeNull()
    made.write(Buffer.from('{"a":1}'))
    expect((await child.output).toString()).toBe('{"a":1}.\n')
  })

  it('shows the end at once for an event without a byte', async () => {
    const { next, stdin: made } = stdin()
    const path = next()
    made.open()
    const child = reading(path, 'wc -c')
    made.write(new Uint8Array())
    expect((await child.output).toString().trim()).toBe('0')
  })

  it('writes 6 MB to a reader that takes its time', async () => {
    const { next, stdin: made } = stdin()
    const path = next()
    const event = pattern(6_000_000)
    made.open()
    const child = reading(path, 'sleep 0.2; cat')
    made.write(event)
    expect((await child.output).equals(event)).toBe(true)
  })

  it.each([
    ['a byte', 1],
    ['what fits the pipe', pipeSize],
    ['6 MB', 6_000_000],
  ])('does not wait for a reader that never reads: %s', async (_what, length) => {
    const { next, stdin: made } = stdin()
    for (let event = 1; event <= 3; event++) {
      next()
      made.open()
      made.write(pattern(length, event))
      await sleep(5)
      made.reset()
    }
    const path = next()
    made.open()
    const child = reading(path, 'cat')
    made.write(Buffer.from('the next'))
    expect((await child.output).toString()).toBe('the next')
  })

  it('gives nothing of the next event to a reader of the last one', async () => {
    const { next, stdin: made } = stdin()
    const first = next()
    made.open()
    const thief = reading(first, 'cat')
    made.write(Buffer.from('the first'))
    made.reset()
    const second = next()
    made.open()
    const child = reading(second, 'cat')
    made.write(Buffer.from('the next'))
    expect((await child.output).toString()).toBe('the next')
    expect((await thief.output).toString()).toBe('the first')
  })

  it('frees all its descriptors, with an event half written', async () => {
    const { next, stdin: made } = stdin()
    next()
    const before = descriptorsOf(process.pid)
    made.open()
    made.open()
    expect(descriptorsOf(process.pid)).toBe(before + 1)
    made.write(pattern(6_000_000))
    made.open()
    made.close()
    await until(() => descriptorsOf(process.pid) <= before)
  })

  it('throws when it is to be opened and the process is gone', () => {
    const made = new StdinWriter('/proc/999999999/fd/0')
    expect(() => made.open()).toThrow('ENOENT')
  })
})
