import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { DriverProcess } from '../../../../core/src/child/driver/driver-process.ts'
import { fifo } from '../../../support/fifo.ts'
import { descriptorsOf } from '../../../support/processes.ts'

const options = { name: 'test', file: 'cat', args: [], cwd: '/', env: { PATH: process.env.PATH ?? '' }, tmp: tmpdir() }
const events = { onFrame() {}, onError() {}, onExit() {} }

it.each([1, 3, 5, 7, 9])('is not started with %i descriptors left, and keeps none', (count) => {
  const script = fileURLToPath(new URL('without-descriptors.ts', import.meta.url))
  const args = ['-c', 'ulimit -n 200; exec "$@"', 'bash', process.execPath, '--conditions=source', script, `${count}`]
  expect(execFileSync('bash', args, { encoding: 'utf8' })).toBe('EMFILE, 0 kept\n')
})

it('leaves no descriptor open when the driver names a control pipe that it does not have', async () => {
  const driver = new DriverProcess(options, events)
  const pipe = fifo()
  const before = descriptorsOf(process.pid)
  expect(() => driver.openPipes('/nowhere', pipe)).toThrow('ENOENT')
  expect(() => driver.openPipes(pipe, '/nowhere')).toThrow('ENOENT')
  expect(descriptorsOf(process.pid)).toBe(before)
  driver.destroy()
  await driver.exited
})
