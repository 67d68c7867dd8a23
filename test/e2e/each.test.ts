import { RuntimeApiServer } from '@anyhandler/core/testing'
import { expect, onTestFinished, test } from 'vitest'
import { folder } from '../support/folder.ts'
import { processesWithCommand } from '../support/processes.ts'
import { RuntimeProcess } from '../support/runtime-process.ts'

const configuration = `
handlers:
  one: { run: worker, each: true }
  four: { run: worker, each: { parallel: 4 } }
`
const bash = `read -r record
what=$(jq -r .body <<<"$record")
echo "[$what]" >&2
case $what in
  kill) kill -9 $BASHPID ;;
  driver) kill -9 "$(cut -d' ' -f4 /proc/$BASHPID/stat)" ;;
  fail) exit 3 ;;
  hang) sleep 71234 ;;
  garbage) head -c 100000 /dev/urandom ;;
  left) setsid sleep 71234 & ;;
esac
`
const python = `import os, signal, time
def handler(event, context):
    what = event["body"]
    print(f"[{what}]")
    if what == "kill": os.kill(os.getpid(), signal.SIGKILL)
    if what == "driver": os._exit(0)
    if what == "fail": raise ValueError("bad")
    if what == "hang":
        while True: pass
    if what == "garbage": os.write(1, os.urandom(100000))
    if what == "left": os.system("setsid sleep 71234 &")
    return {"what": what}
`
const sql = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE event('body') = 'hang')
SELECT count(*) count, json(CASE event('body') WHEN 'fail' THEN 'no JSON' ELSE '1' END) x FROM n;
`

/** `m1:body` for each message. */
function queue(bodies: readonly string[]): object {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `m${index + 1}`,
      body,
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:1:orders',
    })),
  }
}

/** The command `run`, with a handler of that language. */
async function start(file: string, text: string, handler: string) {
  const api = await RuntimeApiServer.start()
  onTestFinished(() => api.close())
  const root = folder({
    [file]: text,
    'anyhandler.config.yaml': configuration.replaceAll('worker', file.replace('.py', '.handler')),
  })
  return { api, runtime: new RuntimeProcess({ address: api.address, root, handler }) }
}

const hostile = ['a', 'kill', 'b', 'driver', 'c', 'fail', 'garbage', 'left', 'd']

test.for<[string, 'one' | 'four', string, string, readonly string[]]>([
  ['bash', 'one', 'worker.sh', bash, hostile],
  ['python', 'four', 'worker.py', python, hostile],
  ['sql', 'one', 'worker.sql', sql, ['a', 'fail', 'b']],
])(
  '%s, %s at once: whatever a handler does, only its record fails',
  { timeout: 60_000 },
  async ([_language, handler, file, text, bodies]) => {
    // A duration that nobody else sleeps for.
    const seconds = String(100_000 + Math.floor(Math.random() * 800_000))
    const { api, runtime } = await start(file, text.replaceAll('71234', seconds), handler)
    const failed = bodies.flatMap((body, index) => (/^(?:.|garbage|left)$/.test(body) ? [] : [`m${index + 1}`]))
    expect((await api.invoke(queue(bodies), { timeout: 40_000 })).text()).toBe(failures(failed))
    for (const id of bodies.map((_body, index) => `m${index + 1}`)) {
      const lines = runtime.stdout.split('\n').filter((line) => line.includes(`(messageId ${id}) failed: `))
      expect(lines).toHaveLength(failed.includes(id) ? 1 : 0)
    }
    // One that never ends is ended with its worker, and answered with those that it left no time for.
    const late = await api.invoke(queue(['a', 'hang', 'b']), { timeout: 2_500 })
    expect(late.text()).toBe(failures(handler === 'one' ? ['m2', 'm3'] : ['m2']))
    // The next event finds a clean worker, and nothing of the last one is left.
    expect((await api.invoke(queue(['a', 'b']), { timeout: 20_000 })).text()).toBe(failures([]))
    await expect.poll(() => processesWithCommand(seconds), { timeout: 10_000 }).toEqual([])
  },
)

function failures(ids: readonly string[]): string {
  return JSON.stringify({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) })
}
