import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import type { RuntimeApiOptions } from '@anyhandler/core/testing'
import { taskFolder } from '../../support/task-folder.ts'
import { accepted, RawApi, rawEvent } from '../../support/raw-api.ts'
import { processesOf, startRuntime } from '../../support/runtime-process.ts'
import { until } from '../../support/served.ts'

interface RunOptions {
  readonly api?: RuntimeApiOptions
  readonly env?: Readonly<Record<string, string>>
  readonly handler?: string
}

/** `anyhandler run` on these files; `hello` is the handler. */
async function run(
  files: Readonly<Record<string, string>>,
  { api: apiOptions, env = {}, handler = 'hello' }: RunOptions = {},
) {
  const api = await RuntimeApiServer.start(apiOptions)
  onTestFinished(() => api.close())
  const count = apiOptions?.concurrency
  const runtime = startRuntime({
    address: api.address,
    root: taskFolder(files),
    handler,
    env: { ...(count !== undefined && { AWS_LAMBDA_MAX_CONCURRENCY: String(count) }), ...env },
  })
  return { api, runtime }
}

describe('the context of an event', () => {
  const w3c = { traceparent: '00-4bf9-00f0-01', tracestate: 'a=b', baggage: 'c=d' }
  const sent = {
    id: 'one',
    deadline: Date.now() + 60_000,
    traceId: 'Root=1-5',
    tenantId: 'blue',
    functionArn: 'arn:aws:lambda:eu-west-1:1:function:f',
    identity: { cognitoIdentityId: 'c', cognitoIdentityPoolId: 'p' },
    clientContext: { custom: { ü: '1' }, w3c },
  }

  it('21, 22, 23, 24, 25: a shell finds it in its environment', async () => {
    const names = ['REQUEST_ID', 'DEADLINE_MS', 'FUNCTION_ARN', 'CLIENT_CONTEXT', 'COGNITO_IDENTITY', 'TENANT_ID'].map(
      (name) => `AWS_LAMBDA_${name}`,
    )
    const { api } = await run({
      'hello.sh': `for name in ${names.join(' ')} _X_AMZN_TRACE_ID TRACEPARENT TRACESTATE BAGGAGE; do echo "\${!name-unset}"; done; remaining`,
    })
    const lines = (await api.invoke('{}', sent)).text().split('\n')
    // The same JSON, with what is not ASCII escaped.
    expect(lines.slice(0, 10)).toEqual([
      'one',
      String(sent.deadline),
      sent.functionArn,
      String.raw`{"custom":{"\u00fc":"1"}}`,
      JSON.stringify(sent.identity),
      'blue',
      'Root=1-5',
      ...Object.values(w3c),
    ])
    expect(Number(lines[10])).toBeGreaterThan(0)
    const without = (await api.invoke('{}', { id: 'two' })).text().split('\n')
    expect([without[0], ...without.slice(3, 10)]).toEqual(['two', ...Array.from({ length: 7 }, () => 'unset')])
  })

  it('21, 22, 23, 24, 25: Python finds it in its context', async () => {
    const { api } = await run({
      'hello.py': `import os
def handler(event, context):
    client = context.client_context
    return [context.aws_request_id, context.invoked_function_arn, context.tenant_id, context.identity and context.identity.cognito_identity_id,
            client and client.custom, os.environ.get("_X_AMZN_TRACE_ID"), context.w3c(), context.get_remaining_time_in_millis() > 0]
`,
    })
    expect((await api.invoke('{}', sent)).json()).toEqual([
      'one',
      sent.functionArn,
      'blue',
      'c',
      { ü: '1' },
      'Root=1-5',
      w3c,
      true,
    ])
    const without = (await api.invoke('{}', { id: 'two' })).json() as unknown[]
    expect([without[0], without[2], without[4], without[5], without[6]]).toEqual(['two', null, null, null, {}])
  })

  it('21, 22, 23, 24, 25: SQL finds it by context()', async () => {
    const { api } = await run({
      'hello.sql': `SELECT context('requestId') id, context('deadlineMs') deadline, context('traceId') trace, context('tenantId') tenant,
  context('clientContext.custom.ü') custom, context('identity.cognitoIdentityId') identity, context('traceparent') parent, context('remainingMs') > 0 remaining;`,
    })
    expect((await api.invoke('{}', sent)).json()).toEqual({
      id: 'one',
      deadline: sent.deadline,
      trace: 'Root=1-5',
      tenant: 'blue',
      custom: '1',
      identity: 'c',
      parent: w3c.traceparent,
      remaining: 1,
    })
    expect((await api.invoke('{}', { id: 'two' })).json()).toMatchObject({
      id: 'two',
      trace: null,
      tenant: null,
      custom: null,
      identity: null,
      parent: null,
    })
  })
})

describe('answers and errors', () => {
  it.each([
    ['a shell', { 'hello.sh': 'echo careful >&2; exit 0' }, ''],
    [
      'Python',
      { 'hello.py': 'import sys\ndef handler(event, context):\n    print("careful", file=sys.stderr)\n' },
      'null',
    ],
    ['SQL', { 'hello.sql': "SELECT print('careful'); SELECT 1 WHERE 0;" }, 'null'],
  ])('29, 30: without a result, %s succeeds, whatever it wrote to standard error', async (_who, files, body) => {
    const { api, runtime } = await run(files)
    const outcome = await api.invoke('{}')
    expect([outcome.kind, outcome.text()]).toEqual(['response', body])
    await until(() => runtime.stdout.includes(`\t${outcome.id}\tINFO\tcareful\n`) || runtime.stdout.includes('careful'))
  })

  it.each([
    ['a shell’s status', { 'hello.sh': 'cat >/dev/null; echo last words >&2; exit 3' }, /3/],
    ['a shell’s signal', { 'hello.sh': 'cat >/dev/null; echo last words >&2; kill -9 $$' }, /SIGKILL/],
    [
      'Python’s end',
      { 'hello.py': 'import os\ndef handler(event, context):\n    print("last words", flush=True)\n    os._exit(3)\n' },
      /code 3/,
    ],
  ])('29: %s is in the error, with its last words', async (_what, files, how) => {
    const { api } = await run(files)
    const outcome = await api.invoke('{}')
    expect(outcome.kind).toBe('error')
    expect(outcome.errorType).toMatch(/^(?:Runtime|Function)\.[A-Z][a-zA-Z]+$/)
    expect((outcome.json() as { errorMessage: string }).errorMessage).toMatch(how)
    expect(outcome.text()).toContain('last words')
  })

  it.each([
    [
      'a shell',
      { 'hello.sh': 'event=$(cat); [ "$event" = 1 ] || { (setsid sleep 1000 &); while :; do :; done; }; echo ok' },
    ],
    [
      'Python',
      {
        'hello.py':
          'import subprocess\ndef handler(event, context):\n    if event != 1:\n        subprocess.Popen(["sleep", "1000"], start_new_session=True)\n        while True: pass\n    return "ok"\n',
      },
    ],
    [
      'SQL',
      {
        'hello.sql':
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE event() <> '1') SELECT count(*) c FROM n WHERE i < 3;",
      },
    ],
  ])(
    '40: at the deadline the endless handler of %s is let go, and the process with the same id answers the next event',
    async (_who, files) => {
      const { api, runtime } = await run(files)
      expect((await api.invoke('1')).kind).toBe('response')
      const late: number[] = []
      // A busy machine may be late once; a runtime that is always late is wrong.
      do {
        const hung = await api.invoke('2', { timeout: 1000 })
        expect(hung).toMatchObject({ kind: 'error', errorType: 'Function.Timeout', posts: 1 })
        late.push(hung.at - hung.deadline)
        for (let index = 0; index < 3; index++) expect((await api.invoke('1')).kind).toBe('response')
      } while (late.length < 3 || (Math.min(...late) > 0 && late.length < 8))
      expect(Math.min(...late)).toBeLessThanOrEqual(0)
      expect(api.strayAnswers).toBe(0)
      await until(() => processesOf(runtime.pid).length < 8)
      expect(runtime.stderr).toBe('')
    },
  )
})

describe('streams', () => {
  /** Sends one event to a runtime behind a bare socket; gives the bytes of its answer so far. */
  async function stream(files: Readonly<Record<string, string>>) {
    const raw = await RawApi.start()
    const runtime = startRuntime({ address: raw.address, root: taskFolder(files), handler: 'hello' })
    await until(() => raw.connections[0]?.received.endsWith('\r\n\r\n') ?? false)
    const [connection] = raw.connections
    if (!connection) throw new Error('no connection')
    connection.received = ''
    connection.write(rawEvent('one', '{}'))
    const head = () => connection.received.slice(0, connection.received.indexOf('\r\n\r\n'))
    const body = () => connection.received.slice(connection.received.indexOf('\r\n\r\n') + 4)
    return { raw, runtime, connection, head, body }
  }

  const counting = {
    'a shell': {
      'hello.sh':
        'stream; for n in 1 2 3; do echo "line $n"; until [ -e "$LAMBDA_TASK_ROOT/$n" ]; do sleep 0.02; done; done',
    },
    Python: {
      'hello.py':
        'import os, time\ndef handler(event, context):\n    for n in "123":\n        yield f"line {n}\\n".encode()\n        while not os.path.exists(os.environ["LAMBDA_TASK_ROOT"] + "/" + n): time.sleep(0.02)\n',
    },
  }

  it.each(Object.entries(counting))('42: the lines of %s arrive one by one at a bare socket', async (_who, files) => {
    const root = taskFolder(files)
    const raw = await RawApi.start()
    startRuntime({ address: raw.address, root, handler: 'hello' })
    await until(() => raw.connections[0]?.received.endsWith('\r\n\r\n') ?? false)
    const [connection] = raw.connections
    if (!connection) throw new Error('no connection')
    connection.received = ''
    connection.write(rawEvent('one', '{}'))
    const chunks = (count: number) =>
      Array.from({ length: count }, (_, index) => `7\r\nline ${index + 1}\n\r\n`).join('')
    for (const count of [1, 2, 3]) {
      await until(() => connection.received.endsWith(`\r\n\r\n${chunks(count)}`))
      writeFileSync(`${root}/${count}`, '')
    }
    await until(() => connection.received.endsWith('\r\n0\r\n\r\n'))
    expect(connection.received).toContain('lambda-runtime-function-response-mode: streaming\r\n')
    expect(connection.received).toContain('transfer-encoding: chunked\r\n')
  })

  it.each([
    ['a shell', { 'hello.sh': 'set -e; stream; echo begun; sleep 0.1; echo last words >&2; false; echo never' }],
    ['Python', { 'hello.py': 'def handler(event, context):\n    yield b"begun\\n"\n    raise KeyError("late")\n' }],
  ])('45: %s that fails midway ends in trailers, and the connection is closed', async (_who, files) => {
    const { raw, connection, head, body } = await stream(files)
    await until(() => /\r\n0\r\n[^]*\r\n\r\n$/.test(body()))
    expect(head()).toContain('trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body')
    const [, type = '', encoded = ''] =
      /^6\r\nbegun\n\r\n0\r\nLambda-Runtime-Function-Error-Type: ([\w.]+)\r\nLambda-Runtime-Function-Error-Body: ([\w+/=]+)\r\n\r\n$/.exec(
        body(),
      ) ?? []
    expect(JSON.parse(Buffer.from(encoded, 'base64').toString())).toMatchObject({ errorType: type })
    connection.write(accepted)
    await until(() => connection.closed && raw.connections.length === 2)
  })

  it('44: a shell says status and headers of a stream', async () => {
    const { api } = await run({
      'hello.sh': "respond 201 'Content-Type: text/plain' 'Set-Cookie: a=b'; stream; echo one",
    })
    const outcome = await api.invoke('{}')
    expect(outcome.contentType).toBe('application/vnd.awslambda.http-integration-response')
    const [prelude = '', body] = outcome.text().split('\0'.repeat(8))
    expect(JSON.parse(prelude)).toEqual({
      statusCode: 201,
      headers: { 'Content-Type': 'text/plain' },
      cookies: ['a=b'],
    })
    expect(body).toBe('one\n')
  })

  it.each([
    ['a shell', { 'hello.sh': 'stream; head -c 60000000 /dev/zero' }],
    [
      'Python',
      { 'hello.py': 'def handler(event, context):\n    for _ in range(600):\n        yield bytes(100_000)\n' },
    ],
  ])('46: a slow reader slows %s down; the host does not keep what is not read', async (_who, files) => {
    const { api, runtime } = await run(files)
    const gate = Promise.withResolvers<void>()
    let received = 0
    const sent = api.send('{}', {
      keepBody: false,
      async onChunk(part) {
        received += part.length
        await gate.promise
      },
    })
    await until(() => received > 0)
    const before = runtime.memory
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(runtime.memory).toBeLessThan(before + 30)
    gate.resolve()
    expect((await sent.outcome).kind).toBe('response')
    expect(received).toBe(60_000_000)
  })

  it.each([
    ['a shell', { 'hello.sh': 'event=$(cat); stream; if [ "$event" = 1 ]; then echo ok; else yes; fi' }],
    [
      'Python',
      {
        'hello.py':
          'def handler(event, context):\n    while True:\n        yield b"yes\\n" * 10000\n        if event == 1: return\n',
      },
    ],
  ])('47: when the reader is gone, %s is ended, and the next event finds a clean worker', async (_who, files) => {
    const { api } = await run(files)
    expect((await api.invoke('1')).kind).toBe('response')
    api.script('response', { status: 413, after: 300_000 })
    expect(await api.invoke('2')).toMatchObject({ status: 413, posts: 1 })
    expect((await api.invoke('1', { timeout: 10_000 })).kind).toBe('response')
    expect(api.strayAnswers).toBe(0)
  })
})

describe('Managed Instances', () => {
  it.each([
    [
      'a shell script',
      { 'hello.sh': 'sleep 0.2; echo "$AWS_LAMBDA_REQUEST_ID $(cat) ${SEEN-clean} $PWD"; export SEEN=dirty; cd /' },
      'hello',
    ],
    [
      'a shell function',
      {
        'hello.sh':
          'handler() { sleep 0.2; echo "$AWS_LAMBDA_REQUEST_ID $(cat) ${SEEN-clean} $PWD"; export SEEN=dirty; cd /; }',
      },
      'hello.handler',
    ],
    [
      'Python',
      {
        'hello.py':
          'import os, time\ndef handler(event, context):\n    time.sleep(0.2)\n    return f"{context.aws_request_id} {event} clean {os.getcwd()}"\n',
      },
      'hello',
    ],
  ])(
    '58: eight events of 200 ms in %s are done in well under two rounds, and see nothing of each other',
    async (_who, files, handler) => {
      const { api } = await run(files, { api: { concurrency: 8 }, handler })
      await api.idle()
      const times: number[] = []
      // A busy machine may be late; a runtime that is always late is wrong.
      do {
        const started = performance.now()
        const sent = Array.from({ length: 8 }, (_, index) => api.send(String(index)))
        const outcomes = await Promise.all(sent.map(({ outcome }) => outcome))
        times.push(performance.now() - started)
        for (const [index, { id }] of sent.entries())
          expect(outcomes[index]?.text()).toMatch(new RegExp(`^"?${id} ${index} clean /tmp/`))
        await api.idle()
      } while (times.length < 3 || (Math.min(...times) >= 400 && times.length < 10))
      expect(api.peakOpen).toBe(8)
      expect(Math.min(...times)).toBeLessThan(400)
    },
  )

  it('58: eight longer queries of SQL are all in progress at once', async () => {
    const { api } = await run(
      {
        'hello.sql': `CREATE TEMP TABLE t AS SELECT unixepoch('now', 'subsec') started;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500000) SELECT count(*) FROM n;
SELECT started, unixepoch('now', 'subsec') ended, event('n') n FROM t;`,
      },
      { api: { concurrency: 8 } },
    )
    await api.idle()
    const answers = await Promise.all(
      Array.from(
        { length: 8 },
        async (_, n) => (await api.invoke({ n })).json() as { started: number; ended: number; n: number },
      ),
    )
    expect(answers.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(Math.max(...answers.map(({ started }) => started))).toBeLessThan(
      Math.min(...answers.map(({ ended }) => ended)),
    )
  })

  it.each([
    ['a shell', { 'hello.sh': 'event=$(cat); [ "$event" = 1 ] && kill -9 $$; sleep 0.3; echo "$event"' }],
    [
      'Python',
      {
        'hello.py':
          'import os, time\ndef handler(event, context):\n    if event == 1: os.kill(os.getpid(), 9)\n    time.sleep(0.3)\n    return event\n',
      },
    ],
  ])('59: a worker of %s that crashes costs its own event', async (_who, files) => {
    const { api } = await run(files, { api: { concurrency: 4 } })
    await api.idle()
    const outcomes = await Promise.all(['0', '1', '2', '3'].map((event) => api.invoke(event)))
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['response', 'error', 'response', 'response'])
    const again = await Promise.all(['4', '5', '6', '7'].map((event) => api.invoke(event)))
    expect(again.map((outcome) => outcome.text().trim())).toEqual(['4', '5', '6', '7'])
  })
})

describe('SnapStart in Python', () => {
  const library = fileURLToPath(new URL('../../../.cache/awslambdaric', import.meta.url))
  const handler = `import os
from snapshot_restore_py import register_before_snapshot, register_after_restore
calls = []
for name in "abc":
    register_before_snapshot(calls.append, f"before {name}")
    register_after_restore(calls.append, f"after {name}")
if os.environ.get("FAIL") == "before": register_before_snapshot(lambda: 1 / 0)
if os.environ.get("FAIL") == "after": register_after_restore(lambda: 1 / 0)
def handler(event, context):
    return calls
`
  const options = (fail = '') => ({
    api: { snapStart: true },
    env: { AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start', PYTHONPATH: library, FAIL: fail },
  })

  it('66: hooks run last in, first out before the snapshot, and in order after it', async () => {
    const { api } = await run({ 'hello.py': handler }, options())
    await api.waitForSnapshot()
    api.restore()
    expect((await api.invoke('{}')).json()).toEqual([
      'before c',
      'before b',
      'before a',
      'after a',
      'after b',
      'after c',
    ])
  })

  it.each([
    ['before', 'Runtime.BeforeSnapshotError', 64],
    ['after', 'Runtime.AfterRestoreError', 65],
  ])('67: a hook %s that raises is reported at the right place', async (phase, errorType, code) => {
    const { api, runtime } = await run({ 'hello.py': handler }, options(phase))
    if (phase === 'after') {
      await api.waitForSnapshot()
      api.restore()
    }
    expect(await runtime.ended).toMatchObject({ code })
    const error = phase === 'before' ? api.initError : api.restoreError
    expect(error?.errorType).toBe(errorType)
    expect(JSON.parse(String(error?.body))).toMatchObject({ errorType: 'ZeroDivisionError' })
    expect(phase === 'before' ? api.restoreError : api.initError).toBeUndefined()
  })
})
