import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { rootOf } from './case.ts'

const driver = fileURLToPath(new URL('../../../plugins/python-subprocess/driver/start.py', import.meta.url))

/** A driver without a host: what is written to it and what it sends, byte by byte. */
function start(handler: string) {
  const root = rootOf('events')
  const child = spawn('python3', [driver], { cwd: root, stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'], env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } })
  const [toDriver, fromDriver] = [child.stdio[3] as Writable, child.stdio[4] as Readable]
  let received = ''
  fromDriver.on('data', (bytes: Buffer) => (received += bytes.toString('latin1')))
  const frame = (kind: string, payload: string) => `${kind} ${Buffer.byteLength(payload)}\n${payload}`
  return {
    child,
    toDriver,
    load: frame('load', `name=${handler}\ntarget=${handler}\nfile=${root}/app.py\nfunction=${handler.split('.')[1]}\nroot=${root}\n`),
    event: (text: string) => frame('context', 'requestId=ü\ndeadlineMs=1\nfunctionArn=\nmark=m\n') + frame('event', text),
    /** Waits until it has sent the text. */
    async until(text: string) {
      await expect.poll(() => received, { timeout: 10_000 }).toContain(text)
    },
    received: () => received,
  }
}

test('the driver takes its frames however they are cut', async () => {
  const one = start('app.echo')
  await one.until('ready')
  const bytes = Buffer.from(one.load + one.event('{"a":"é"}') + one.event('[1, 2]'))
  for (const byte of bytes) one.toDriver.write(Buffer.of(byte))
  await one.until('done 6\n[1, 2]')
  expect(one.received()).toBe(
    'ready 50\n{"protocol":1,"outputs":{"output":3},"hooks":true}loaded 0\ndone 11\n{"a": "Ã©"}done 6\n[1, 2]',
  )
  one.toDriver.end()
  await once(one.child, 'exit')
})

test('the driver takes many frames in one piece', async () => {
  const one = start('app.echo')
  one.toDriver.write(one.load + Array.from({ length: 50 }, (_, index) => one.event(String(index))).join('') + one.event(`"${'x'.repeat(200_000)}"`) + one.event('51'))
  await one.until('done 2\n51')
  expect(one.received().match(/done \d+\n\d+/g)).toHaveLength(51)
  one.toDriver.end()
  const [code] = (await once(one.child, 'exit')) as [number]
  expect(code).toBe(0)
})

test('the driver ends when its host is gone in the middle of a frame', async () => {
  const one = start('app.echo')
  one.toDriver.write(`${one.load}context 1000\nrequest`)
  await one.until('loaded')
  one.toDriver.end()
  expect(await once(one.child, 'exit')).toEqual([0, null])
})
