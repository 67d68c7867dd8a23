import { expect, onTestFinished, test } from 'vitest'
import { CarriedDriver } from '../../../../core/src/child/driver/carried-driver.ts'
import type { CarryingProcess } from '../../../../core/src/child/driver/carried-driver.ts'

/** A driver that is killed, and then the host is so busy that nothing is read for longer than a thread gets to end. */
function driverOf(end: (lane: number) => void) {
  const seen: string[] = []
  const process: CarryingProcess = { pid: undefined, open() {}, end, onStuck: () => void seen.push('stuck') }
  const events = { onFrame() {}, onError() {}, onExit: () => void seen.push('ended') }
  const driver = new CarriedDriver('one', 1, process, {}, events)
  const { port1, port2 } = new MessageChannel()
  onTestFinished(() => port1.close())
  port2.on('message', () => driver.ended({ exitCode: 1 }))
  return {
    seen,
    say: () => port1.postMessage(''),
    async until() {
      driver.kill()
      for (const late = Date.now() + 120; Date.now() < late;);
      await driver.exited
    },
  }
}

test('a thread that has said its end in time is not taken for stuck, however late that is read', async () => {
  let say = (): void => {}
  const driver = driverOf(() => say())
  say = driver.say
  await driver.until()
  expect(driver.seen).toEqual(['ended'])
})

test('a thread that does not end is stuck', async () => {
  const { seen, until } = driverOf(() => {})
  await until()
  expect(seen).toEqual(['stuck'])
})
