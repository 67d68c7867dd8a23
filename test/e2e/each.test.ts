import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import { expect, onTestFinished, test } from 'vitest'
import { folder } from '../support/folder.ts'
import { processesWithCommand } from '../support/processes.ts'
import { RuntimeProcess } from '../support/runtime-process.ts'

/** On a machine that stands still for a moment, records have no time before the deadline. */
const again = { timeout: 30_000 } as const

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
/** A record says what it does; each but the last kind says something. */
const series = `import os, signal, sys
def handler(event, context):
    what = event["body"]
    if what == "open": sys.stdout.write("open"); return
    print(f"[{what}]")
    if what == "kill": os.kill(os.getpid(), signal.SIGKILL)
    if what == "driver": os._exit(0)
    if what == "fail": raise ValueError("bad")
    if what == "left": os.system("setsid sleep 71234 &")
    if what == "close": os.close(1); os.close(2)
    if what == "detach": sys.stdout.detach()
    if what == "shut": sys.stderr.close(); sys.stdout.close()
    if what == "nowait": os.set_blocking(1, False)
    if what == "fork" and os.fork() == 0: return
    if what == "stream": return (part for part in ["a", "b"])
    if what == "set": return {1, 2}
    if what == "hang":
        while True: pass
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
  return { api, root, runtime: new RuntimeProcess({ address: api.address, root, handler }) }
}

const hostile = ['a', 'kill', 'b', 'driver', 'c', 'fail', 'garbage', 'left', 'd']

test.for<[string, 'one' | 'four', string, string, readonly string[]]>([
  ['bash', 'one', 'worker.sh', bash, hostile],
  ['python', 'four', 'worker.py', python, hostile],
  ['sql', 'one', 'worker.sql', sql, ['a', 'fail', 'b']],
])(
  '%s, %s at once: whatever a handler does, only its record fails',
  { timeout: 180_000 },
  async ([_language, handler, file, text, bodies]) => {
    // A duration that nobody else sleeps for.
    const seconds = String(100_000 + Math.floor(Math.random() * 800_000))
    const { api, runtime } = await start(file, text.replaceAll('71234', seconds), handler)
    const failed = bodies.flatMap((body, index) => (/^(?:.|garbage|left)$/.test(body) ? [] : [`m${index + 1}`]))
    expect((await api.invoke(queue(bodies), { timeout: 40_000 })).text()).toBe(failures(failed))
    await expect.poll(() => toldOf(runtime.stdout)).toEqual(failed)
    // One that never ends is ended with its worker, and answered with those that it left no time for.
    const late = async () => (await api.invoke(queue(['a', 'hang', 'b']), { timeout: 2_500 })).text()
    await expect.poll(late, again).toBe(failures(handler === 'one' ? ['m2', 'm3'] : ['m2']))
    // The next event finds a clean worker, and nothing of the last one is left.
    expect((await api.invoke(queue(['a', 'b']), { timeout: 20_000 })).text()).toBe(failures([]))
    await expect.poll(() => processesWithCommand(seconds)).toEqual([])
  },
)

test(
  'python, several records at once in a worker: each has its own fate, its own lines, and its turn',
  { timeout: 180_000 },
  async () => {
    const seconds = String(100_000 + Math.floor(Math.random() * 800_000))
    const { api, runtime } = await start('worker.py', series.replaceAll('71234', seconds), 'one')
    const bodies =
      'a b open open fail c kill d stream left close e fork f driver set g detach shut nowait p fail kill driver h i j k l m n o'.split(
        ' ',
      )
    const ids = bodies.flatMap((body, at) => (/^(?:fail|kill|driver|set)$/.test(body) ? [`m${at + 1}`] : []))
    expect((await api.invoke(queue(bodies), { timeout: 40_000 })).text()).toBe(failures(ids))
    // What a record prints is in lines of its own, also when it doesn't end its line.
    const printed = () =>
      runtime.stdout.split('\n').flatMap((line) => /^\[?(?<said>[a-z]+)\]?$/.exec(line)?.groups?.said ?? [])
    await expect.poll(printed).toEqual(bodies)
    await expect.poll(() => toldOf(runtime.stdout)).toEqual(ids)
    await expect.poll(() => processesWithCommand(seconds)).toEqual([])
    // Without a word from the driver the host knows where it hangs.
    const late = async () => (await api.invoke(queue(['a', 'b', 'c', 'hang', 'd', 'e']), { timeout: 2_000 })).text()
    await expect.poll(late, again).toBe(failures(['m4', 'm5', 'm6']))
    const notStarted = '2 of 6 records were not started, the first is 5 (messageId m5)'
    await expect.poll(() => runtime.stdout).toContain(notStarted)
    expect((await api.invoke(queue(bodies.slice(-8)), { timeout: 20_000 })).text()).toBe(failures([]))
  },
)

/** A library that puts its own function around the client's, as Sentry's does. */
const wrapping = `from awslambdaric import bootstrap
def handler(event, context):
    assert not hasattr(context, "seen")
    context.seen = True
    if event["body"] != "wrap": return
    own = bootstrap.handle_event_request
    def wrapped(*args, **more):
        print("[wrapped]")
        return own(*args, **more)
    bootstrap.handle_event_request = wrapped
`

test('python: each record of a series has its own context, and goes through what a library wraps around it', async () => {
  const { api, runtime } = await start('worker.py', wrapping, 'one')
  const bodies = Array.from({ length: 20 }, (_none, at) => (at === 8 ? 'wrap' : 'a'))
  expect((await api.invoke(queue(bodies), { timeout: 20_000 })).text()).toBe(failures([]))
  const wrapped = () => runtime.stdout.match(/\[wrapped\]/g) ?? []
  await expect.poll(wrapped).toHaveLength(11)
  expect((await api.invoke(queue(bodies.slice(9)), { timeout: 20_000 })).text()).toBe(failures([]))
  await expect.poll(wrapped).toHaveLength(22)
})

/** A record that meddles with the claims of its series. */
const claims = `import gc, os
from anyhandler_driver.control import Control
def handler(event, context):
    what = event["body"]
    with open("began", "a") as file: file.write(what + "\\n")
    control = next(one for one in gc.get_objects() if type(one) is Control)
    if what == "write": os.write(control._claims[1], b"." * 100)
    if what == "read":
        while control.claim(): pass
`

test.for(['write', 'read'])(
  'python: no record runs twice when one of its series meddles with the claims: %s',
  { timeout: 180_000 },
  async (what) => {
    const { api, root } = await start('worker.py', claims, 'one')
    const bodies = Array.from({ length: 80 }, (_, at) => (at === 40 ? what : `n${at}`))
    const answer = (await api.invoke(queue(bodies), { timeout: 20_000 })).json() as {
      batchItemFailures: readonly { itemIdentifier: string }[]
    }
    const began = readFileSync(join(root, 'began'), 'utf8').trimEnd().split('\n')
    expect(began).toHaveLength(new Set(began).size)
    // What has not run is reported.
    const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    const missing = bodies.flatMap((body, at) => (began.includes(body) ? [] : [`m${at + 1}`]))
    expect([...failed]).toEqual(expect.arrayContaining(missing))
  },
)

/** The records that have a line about their failure, in their order; one with two lines comes twice. */
function toldOf(log: string): string[] {
  const ids = [...log.matchAll(/\(messageId m(?<id>\d+)\) failed: /g)].map(({ groups }) => Number(groups?.id))
  return ids.toSorted((one, other) => one - other).map((id) => `m${id}`)
}

function failures(ids: readonly string[]): string {
  return JSON.stringify({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) })
}
