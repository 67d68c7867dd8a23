import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { DriverProcess } from '../../../../core/src/child/driver/driver-process.ts'
import { fifo } from '../../../support/fifo.ts'
import { descriptorsOf } from '../../../support/processes.ts'

it('leaves no descriptor open when the driver names a control pipe that it does not have', async () => {
  const driver = new DriverProcess(
    { name: 'test', file: 'cat', args: [], cwd: '/', env: { PATH: process.env.PATH ?? '' }, tmp: tmpdir() },
    { onFrame() {}, onError() {}, onExit() {} },
  )
  const pipe = fifo()
  const before = descriptorsOf(process.pid)
  expect(() => driver.openPipes('/nowhere', pipe)).toThrow('ENOENT')
  expect(() => driver.openPipes(pipe, '/nowhere')).toThrow('ENOENT')
  expect(descriptorsOf(process.pid)).toBe(before)
  driver.destroy()
  await driver.exited
})
