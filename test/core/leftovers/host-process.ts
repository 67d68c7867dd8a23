/** A process with one child lane whose task hangs and has started another process: for the test that kills it. */
import { fileURLToPath } from 'node:url'
import { ChildLane } from '../../../core/src/child/lane/child-lane.ts'
import { hostMark } from '../../../core/src/mark.ts'

const lane = await ChildLane.open(
  {
    name: 'python',
    file: 'python3',
    args: [fileURLToPath(new URL('../../support/child-driver.py', import.meta.url))],
    cwd: '/',
    variables: { PATH: process.env.PATH ?? '' },
    cure: 'install it',
    load: 'name=app\n',
    outputs: ['stdout', 'stderr'],
    leftovers: { keepsChildren: false, keepsAll: false, local: true, shared: false },
    tmp: '/tmp',
    onStray: () => {},
  },
  new AbortController().signal,
)
process.stdout.write(`${hostMark}\n`)
await lane.run(
  { context: () => '', further: '', event: Buffer.from('hang'), onHead: () => {}, onOutput: () => {} },
  { signal: new AbortController().signal },
)
