import { expect, test } from 'vitest'
import { taskFolder } from '../../support/task-folder.ts'
import { serve } from './serve.ts'

function busy(milliseconds: number): void {
  for (const end = Date.now() + milliseconds; Date.now() < end;);
}

/**
 * The host finds the log and the reports ready in one round of the event loop. While it is busy with the log the
 * handler writes its answer and ends, so that the reports tell of the end before the answer's pipe was seen to be
 * ready.
 */
test('an answer that is written while the host is busy is not lost behind respond', async () => {
  const root = taskFolder({
    'hello.sh': 'echo block >&2\nsleep 0.05\necho block >&2\nrespond 201\nsleep 0.1\necho answer\n',
  })
  let blocks = 0
  const onRecord = (record: string): void => {
    if (record.includes('block')) busy((blocks += 1) % 2 === 1 ? 100 : 200)
  }
  await serve({ root, handler: 'hello', onRecord }, async ({ invoke }) => {
    for (let event = 0; event < 3; event++)
      expect((await invoke({})).json()).toMatchObject({ statusCode: 201, body: 'answer\n' })
  })
  expect(blocks).toBe(6)
})
