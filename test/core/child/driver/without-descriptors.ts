/** `node without-descriptors.ts COUNT`: starts a driver with so many descriptors left, and prints what came of it. */
import { closeSync, openSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { DriverProcess } from '../../../../core/src/child/driver/driver-process.ts'

const options = { name: 'test', file: 'cat', args: [], cwd: '/', env: {}, tmp: tmpdir() }
const events = { onFrame() {}, onError() {}, onExit() {} }

const counts: number[] = []
let error: unknown
for (let round = 0; round < 3; round++) {
  const taken: number[] = []
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'))
  } catch {
    // None is left.
  }
  for (let count = Number(process.argv[2]); count > 0; count--) closeSync(taken.pop()!)
  try {
    new DriverProcess(options, events).destroy()
  } catch (thrown) {
    error = thrown
  }
  for (const fd of taken) closeSync(fd)
  counts.push(readdirSync('/proc/self/fd').length)
}
// Node itself may keep one from the first round on.
process.stdout.write(`${(error as NodeJS.ErrnoException | undefined)?.code}, ${counts[2]! - counts[0]!} kept\n`)
