import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { rootOf } from './case.ts'

const driver = fileURLToPath(new URL('../../../plugins/python-subprocess/driver/start.py', import.meta.url))

/** A driver without a host: what is written to it and what it sends, byte by byte. */
function start(handler: string) {
  const root = rootOf('events')
  const child = spawn('python3', [driver], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  })
  const [first, fromDriver] = [child.stdio[3] as Writable, child.stdio[4] as Readable]
  let received = ''
  const receive = (bytes: Buffer) => (received += bytes.toString('latin1'))
  fromDriver.on('data', receive)
  const open = (index: number, mode: string) => {
    const pipes = /"control":\[(\d+),(\d+)\]/.exec(received) ?? []
    return openSync(`/proc/${child.pid}/fd/${pipes[index + 1]}`, mode)
  }
  const frame = (kind: string, payload: string) => `${kind} ${Buffer.byteLength(payload)}\n${payload}`
  return {
    child,
    /** After `ready`: sends the load frame, byte by byte, and gives the driver's pipe for what follows. */
    async load() {
      await expect.poll(() => received, { timeout: 10_000 }).toContain('ready')
      const toDriver = new Socket({ fd: open(0, 'w'), readable: false, writable: true })
      new Socket({ fd: open(1, 'r'), readable: true, writable: false }).on('data', receive)
      // Somebody reads the log.
      new Socket({ fd: openSync(`/proc/${child.pid}/fd/3`, 'r'), readable: true, writable: false }).resume()
      for (const byte of Buffer.from(
        frame(
          'load',
          `name=${handler}\ntarget=${handler}\nfile=${root}/app.py\nfunction=${handler.split('.')[1]}\nroot=${root}\n`,
        ),
      ))
        first.write(Buffer.of(byte))
      return toDriver
    },
    event: (text: string) =>
      frame('context', 'requestId=ü\ndeadlineMs=1\nfunctionArn=\nmark=m\nevent=7\n') + frame('event', text),
    series: (texts: readonly string[]) =>
      frame('context', `requestId=1\ndeadlineMs=1\nfunctionArn=\nmark=m\nevent=7\nrecords=${texts.length}\n`) +
      texts.map((text) => frame('event', text)).join(''),
    /** Lets it begin with so many records of a series. */
    offer(count: number) {
      const claims = openSync(`/proc/${child.pid}/fd/${/"claims":(\d+)/.exec(received)?.[1]}`, 'w')
      writeSync(claims, '.'.repeat(count))
      closeSync(claims)
    },
    /** Waits until it has sent the text. */
    async until(text: string) {
      await expect.poll(() => received, { timeout: 10_000 }).toContain(text)
    },
    received: () => received,
  }
}

test('the driver takes its frames however they are cut', async () => {
  const one = start('app.echo')
  const toDriver = await one.load()
  const bytes = Buffer.from(one.event('{"a":"é"}') + one.event('[1, 2]'))
  for (const byte of bytes) toDriver.write(Buffer.of(byte))
  await one.until('done 6 7\n[1, 2]')
  expect(one.received()).toBe(
    'ready 80\n{"protocol":2,"control":[13,15],"outputs":{"output":3},"hooks":true,"claims":17}loaded 0\ndone 11 7\n{"a": "Ã©"}done 6 7\n[1, 2]',
  )
  toDriver.end()
  await once(one.child, 'exit')
})

test('the driver takes many frames in one piece', async () => {
  const one = start('app.echo')
  const toDriver = await one.load()
  toDriver.write(
    Array.from({ length: 50 }, (_, index) => one.event(String(index))).join('') +
      one.event(`"${'x'.repeat(200_000)}"`) +
      one.event('51'),
  )
  await one.until('done 2 7\n51')
  expect(one.received().match(/done \d+ 7\n\d+/g)).toHaveLength(51)
  toDriver.end()
  const [code] = (await once(one.child, 'exit')) as [number]
  expect(code).toBe(0)
})

test('of a series the driver runs as many records as it can claim, and tells of failures alone', async () => {
  const one = start('app.echo')
  const toDriver = await one.load()
  await one.until('loaded')
  one.offer(3)
  toDriver.write(one.series(['1', '{', '3', '{', '5']))
  await one.until('done 1 7\n3')
  one.offer(2)
  toDriver.write(one.series(['1', '2']) + one.event('[1, 2]'))
  await one.until('done 6 7\n[1, 2]')
  // The cause is for X-Ray.
  const kinds = [...one.received().matchAll(/(?<kind>cause|failed|done) \d+ (?<event>\d+)\n/g)]
  expect(kinds.map(({ groups }) => `${groups?.kind} ${groups?.event}`)).toEqual([
    'cause 8',
    'failed 8',
    'done 7',
    'done 7',
    'done 7',
  ])
  toDriver.end()
  await once(one.child, 'exit')
})

test('the driver ends when its host is gone in the middle of a frame', async () => {
  const one = start('app.echo')
  const toDriver = await one.load()
  toDriver.write('context 1000\nrequest')
  await one.until('loaded')
  toDriver.end()
  expect(await once(one.child, 'exit')).toEqual([0, null])
})
