import { RuntimeApiServer } from '@anyhandler/core/testing'
import { expect, onTestFinished, test } from 'vitest'
import { folder } from '../support/folder.ts'
import { RuntimeProcess } from '../support/runtime-process.ts'

/** What a record says decides what becomes of it; two records that meet say so in the log. */
const python = `import os, time
from snapshot_restore_py import register_after_restore
restored = []
register_after_restore(restored.append, "yes")
def handler(event, context):
    name, what = event["messageId"], event["body"]
    time.sleep(0.05)
    print(f"{context.aws_request_id} {name} restored={len(restored)} pid={os.getpid()}")
    if what == "fail": raise ValueError("bad")
    if what == "kill": os.kill(os.getpid(), 9)
`
const bash = `read -r record
what=$(jq -r .body <<<"$record")
sleep 0.05
if [[ $what != ok ]]; then exit 3; fi
`

interface Message {
  readonly id: string
  readonly body: 'ok' | 'fail' | 'kill'
}

function queue(messages: readonly Message[]): object {
  return {
    Records: messages.map(({ id, body }) => ({
      messageId: id,
      body,
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:1:orders',
    })),
  }
}

async function start(
  env: Readonly<Record<string, string>>,
  options: { readonly snapStart?: boolean; readonly concurrency?: number },
) {
  const api = await RuntimeApiServer.start(options)
  onTestFinished(() => api.close())
  const root = folder({
    'worker.py': python,
    'shell.sh': bash,
    'anyhandler.config.yaml': `
sources: { sqs: worker, kinesis: shell }
handlers:
  worker: { run: worker.handler, each: { parallel: 2 } }
  shell: { run: shell.sh, each: true }
`,
  })
  return { api, runtime: new RuntimeProcess({ address: api.address, root, handler: 'routes', env }) }
}

const failures = (ids: readonly string[]): object => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
})

test(
  'on Managed Instances batches run side by side, each with its own workers and its own list',
  { timeout: 60_000 },
  async () => {
    const { api, runtime } = await start({ AWS_LAMBDA_MAX_CONCURRENCY: '3' }, { concurrency: 3 })
    const batches = Array.from({ length: 9 }, (_none, number) => {
      const body = (['ok', 'fail', 'kill'] as const)[number % 3]!
      return Array.from({ length: 4 }, (_one, index): Message => ({
        id: `b${number}-${index}`,
        body: index === 1 ? body : 'ok',
      }))
    })
    const stream = {
      Records: Array.from({ length: 3 }, (_none, index) => ({
        eventSource: 'aws:kinesis',
        kinesis: { sequenceNumber: `s${index}` },
        body: index === 1 ? 'fail' : 'ok',
      })),
    }
    const [answers, ofStream] = await Promise.all([
      Promise.all(batches.map((batch) => api.invoke(queue(batch), { timeout: 30_000 }))),
      api.invoke(stream, { timeout: 30_000 }),
    ])
    for (const [number, answer] of answers.entries())
      expect(answer.json()).toEqual(failures(number % 3 === 0 ? [] : [`b${number}-1`]))
    expect(ofStream.json()).toEqual(failures(['s1']))
    // The log comes by another way than the answers.
    const lines = () => [...runtime.stdout.matchAll(/ pid=(?<pid>\d+)$/gm)]
    await expect.poll(() => lines().length).toBeGreaterThanOrEqual(batches.flat().length)
    // Three events, two records of each: so many workers ran, and those that were killed were replaced.
    const pids = new Set(lines().map(({ groups }) => groups?.pid))
    expect(pids.size).toBeGreaterThanOrEqual(6)
    expect(pids.size).toBeLessThanOrEqual(9)
    // What a record printed has the request id of its own batch.
    for (const batch of batches) {
      const ids = new Set(
        batch.map(({ id }) => new RegExp(`(?<request>\\S+) ${id} restored=0`).exec(runtime.stdout)?.groups?.request),
      )
      expect([...ids]).toHaveLength(1)
      expect([...ids][0]).toMatch(/^[\da-f-]{36}$/)
    }
  },
)

test(
  'with SnapStart the workers of a batch are those of the snapshot, and hear of the restore',
  { timeout: 60_000 },
  async () => {
    const { api, runtime } = await start({ AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start' }, { snapStart: true })
    await api.waitForSnapshot()
    api.restore()
    const messages = Array.from({ length: 6 }, (_none, index): Message => ({
      id: `m${index}`,
      body: index === 3 ? 'kill' : 'ok',
    }))
    expect((await api.invoke(queue(messages), { timeout: 20_000 })).json()).toEqual(failures(['m3']))
    expect((await api.invoke(queue(messages.slice(0, 2)), { timeout: 20_000 })).json()).toEqual(failures([]))
    const before = () =>
      [...runtime.stdout.matchAll(/ m[012] restored=(?<count>\d)/g)].slice(0, 3).map(({ groups }) => groups?.count)
    await expect.poll(before).toEqual(['1', '1', '1'])
  },
)
