import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Invocation, PluginEnv } from '@anyhandler/core'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import type { RuntimeApiOptions } from '@anyhandler/core/testing'
import { taskFolder } from '../../support/task-folder.ts'
import { perlFolder } from './perl.ts'
import { startRuntime } from '../../support/runtime-process.ts'
import type { RuntimeOptions } from '../../support/runtime-process.ts'
import { serve, until } from '../../support/served.ts'

const iso = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`

/** What the log holds after one event whose handler does this with the log. */
async function logOf(
  write: (env: PluginEnv, invocation: Invocation) => unknown,
  env: Readonly<Record<string, string>> = {},
  id = 'id-1',
) {
  let pluginEnv: PluginEnv | undefined
  const { api, records } = await serve((invocation) => write(pluginEnv as PluginEnv, invocation), {
    env,
    plugin: { setup: (given) => void (pluginEnv = given) },
  })
  await api.invoke('{}', { id, tenantId: 'blue' })
  return records
}

async function runPerl(
  handler: string,
  options: Omit<RuntimeOptions, 'address'> & { readonly api?: RuntimeApiOptions } = {},
) {
  const api = await RuntimeApiServer.start(options.api)
  onTestFinished(() => api.close())
  const runtime = startRuntime({
    address: api.address,
    root: perlFolder({ hello: handler }),
    handler: 'hello',
    ...options,
  })
  return { api, runtime }
}

describe('logs', () => {
  it.each(['Text', 'JSON'])(
    '48: what a handler prints goes to the log with the request id, never into the response (%s)',
    async (format) => {
      const { api, runtime } = await runPerl(
        'print "to stdout\\n"; print STDERR "to stderr\\nno newline"; return { body => "answer" }',
        { env: { AWS_LAMBDA_LOG_FORMAT: format } },
      )
      const outcome = await api.invoke('{}')
      expect(outcome.text()).toBe('{"body":"answer"}')
      for (const text of ['to stdout', 'to stderr', 'no newline']) {
        const expected =
          format === 'JSON'
            ? `"level":"INFO","requestId":"${outcome.id}","message":"${text}"}`
            : `\t${outcome.id}\tINFO\t${text}`
        // The lines were written before the answer; this process may read them after it.
        await expect.poll(() => runtime.stdout.split('\n').filter((line) => line.endsWith(expected))).toHaveLength(1)
      }
    },
  )

  it('49: in JSON, each line is an object with timestamp, level, request id and message', async () => {
    const records = await logOf(
      (env, invocation) => {
        env.log('a "quoted" line\nand ü', { invocation })
        env.log('careful', { invocation, level: 'WARN' })
        env.log('outside of an event')
        throw new Error('two\nlines')
      },
      { AWS_LAMBDA_LOG_FORMAT: 'JSON' },
    )
    const parsed = records.map((record) => JSON.parse(record) as Record<string, unknown>)
    for (const { timestamp } of parsed) expect(timestamp).toMatch(new RegExp(`^${iso}$`))
    expect(parsed.map(({ timestamp: _timestamp, stackTrace: _stack, ...rest }) => rest)).toEqual([
      { level: 'INFO', requestId: 'id-1', tenantId: 'blue', message: 'a "quoted" line' },
      { level: 'INFO', requestId: 'id-1', tenantId: 'blue', message: 'and ü' },
      { level: 'WARN', requestId: 'id-1', tenantId: 'blue', message: 'careful' },
      { level: 'INFO', message: 'outside of an event' },
      {
        level: 'ERROR',
        requestId: 'id-1',
        tenantId: 'blue',
        message: 'hello failed: Runtime.PluginError: the plugin failed: two\nlines',
        errorType: 'Runtime.PluginError',
        errorMessage: 'the plugin failed: two\nlines',
      },
    ])
    expect(records.every((record) => record.indexOf('\n') === record.length - 1)).toBe(true)
  })

  const embeddedMetrics =
    '{"_aws":{"Timestamp":1574109732004,"CloudWatchMetrics":[]},"functionVersion":"$LATEST","time":100}'

  it.each(['Text', 'JSON'])(
    '50: a line that is a JSON object, or that carries the request id, goes out unchanged (%s)',
    async (format) => {
      const unchanged = [
        embeddedMetrics,
        `  {"a":1} \r`,
        `2026-11-23T08:00:00Z\tid-1\tDEBUG\tby a logger`,
        `{"requestId":"id-1","level":"DEBUG"}`,
      ]
      const wrapped = ['{"broken":', '[1,2]', '"text"', '{} {}', '']
      const records = await logOf(
        (env, invocation) => {
          for (const line of [...unchanged, ...wrapped]) env.log(line, { invocation })
        },
        { AWS_LAMBDA_LOG_FORMAT: format },
      )
      expect(records.slice(0, unchanged.length)).toEqual(unchanged.map((line) => `${line}\n`))
      const messages = records
        .slice(unchanged.length)
        .map((record) =>
          format === 'JSON' ? (JSON.parse(record) as { message: string }).message : record.slice(0, -1).split('\t')[3],
        )
      expect(messages).toEqual(wrapped)
    },
  )

  it.each([
    ['WARN', ['WARN', 'ERROR', 'FATAL']],
    ['error', ['ERROR', 'FATAL']],
    ['Trace', ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']],
    ['nonsense', ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']],
    ['', ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']],
  ])('51: the level %s lets %j through', async (level, expected) => {
    const records = await logOf(
      (env, invocation) => {
        for (const one of ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const)
          env.log('x', { invocation, level: one })
      },
      { AWS_LAMBDA_LOG_LEVEL: level },
    )
    expect(records.map((record) => record.split('\t')[2])).toEqual(expected)
  })

  it('51: a printed line is of level INFO, unless its language filters its log itself', async () => {
    const records = await logOf(
      (env, invocation) => {
        env.log('printed', { invocation })
        env.log('kept', { invocation, form: 'printed' })
        env.log(embeddedMetrics, { invocation })
      },
      { AWS_LAMBDA_LOG_LEVEL: 'ERROR' },
    )
    expect(records.map((record) => record.slice(0, -1).split('\t').at(-1))).toEqual(['kept', embeddedMetrics])
  })

  it.each([
    ['json', true],
    ['Json', true],
    ['JSON', true],
    ['TEXT', false],
    ['xml', false],
    ['', false],
  ])('51: the format %s is compared without regard to case; an unknown one is text', async (format, json) => {
    const [record = ''] = await logOf((env, invocation) => env.log('x', { invocation }), {
      AWS_LAMBDA_LOG_FORMAT: format,
    })
    expect(record.startsWith('{')).toBe(json)
  })

  it('52: in text, a record of several lines is one line with carriage returns', async () => {
    const records = await logOf(() => {
      throw new Error('one\ntwo\r\nthree')
    })
    expect(records).toHaveLength(1)
    expect(records[0]).toMatch(
      new RegExp(
        `^${iso}\tid-1\tERROR\thello failed: Runtime\\.PluginError: the plugin failed: one\rtwo\rthree\rat [^\\n]*\n$`,
      ),
    )
    expect(records[0]?.indexOf('\n')).toBe((records[0]?.length ?? 0) - 1)
  })

  it.each([
    ['Text', 0xa55a_000f],
    ['JSON', 0xa55a_000e],
  ])(
    '53: with a telemetry descriptor, each record is a frame of its own; children see neither variable nor descriptor (%s)',
    async (format, type) => {
      const { api, runtime } = await runPerl(
        'print "grüß\\n" x 2; return join ",", $ENV{_LAMBDA_TELEMETRY_LOG_FD} // "unset", map { readlink("/proc/$$/fd/$_") // "closed" } 3 .. 5',
        {
          env: { _LAMBDA_TELEMETRY_LOG_FD: '3', AWS_LAMBDA_LOG_FORMAT: format },
          descriptors: ['pipe'],
        },
      )
      const before = Date.now() * 1000
      const outcome = await api.invoke('{}')
      expect(outcome.text().split(',')[0]).toBe('unset')
      expect(outcome.text()).not.toContain('socket:')
      const messages: string[] = []
      const frames = () => {
        messages.length = 0
        let at = 0
        while (at < runtime.extra.length) {
          expect(runtime.extra.readUInt32BE(at)).toBe(type)
          const length = runtime.extra.readUInt32BE(at + 4)
          const time = Number(runtime.extra.readBigInt64BE(at + 8))
          expect(time).toBeGreaterThanOrEqual(before)
          expect(time).toBeLessThanOrEqual(Date.now() * 1000)
          messages.push(runtime.extra.toString('utf8', at + 16, at + 16 + length))
          at += 16 + length
        }
        return messages
      }
      await until(() => frames().length === 2)
      for (const message of frames()) {
        expect(message).not.toContain('\n')
        if (format === 'JSON')
          expect(JSON.parse(message)).toMatchObject({ level: 'INFO', requestId: outcome.id, message: 'grüß' })
        else expect(message).toMatch(new RegExp(`^${iso}\t${outcome.id}\tINFO\tgrüß$`))
      }
      expect(runtime.stdout).toBe('')
    },
  )

  it('53: a level has its own bits in the frame’s type', async () => {
    const { api, runtime } = await runPerl('die "no"', {
      env: { _LAMBDA_TELEMETRY_LOG_FD: '3' },
      descriptors: ['pipe'],
    })
    await api.invoke('{}')
    await until(() => runtime.extra.length > 16)
    expect(runtime.extra.readUInt32BE(0)).toBe(0xa55a_0017)
  })

  it('53: a telemetry descriptor that is not open is no log: standard output is', async () => {
    const { api, runtime } = await runPerl('print "here\\n"; return 1', { env: { _LAMBDA_TELEMETRY_LOG_FD: '62' } })
    await api.invoke('{}')
    await until(() => runtime.stdout.includes('\there\n'))
  })

  it.each(['Text', 'JSON'])(
    '54: lines of megabytes and bytes that are no UTF-8 reach the log, and the next event is answered (%s)',
    async (format) => {
      const { api, runtime } = await runPerl(
        'binmode STDOUT; print "a" x 300_000, "\\n", "b" x 3_000_000, "\\n", "\\xff\\xfe\\x00\\n"; return "ok"',
        { env: { AWS_LAMBDA_LOG_FORMAT: format } },
      )
      for (let index = 0; index < 2; index++) expect((await api.invoke('{}')).text()).toBe('ok')
      const count = (letter: string) =>
        runtime.stdout.match(new RegExp(`${letter}{1000,}`, 'g'))?.reduce((sum, run) => sum + run.length, 0)
      const others = () => runtime.stdout.split('\n').filter((line) => /\ufffd\ufffd(?:\0|\\u0000)/.test(line))
      await until(() => count('b') === 6_000_000 && others().length === 2 && runtime.stdout.endsWith('\n'))
      expect(count('a')).toBe(600_000)
      if (format === 'JSON')
        for (const line of runtime.stdout.trimEnd().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow()
    },
  )

  it('55: on Managed Instances the log is JSON, and each line carries the id of the event that wrote it', async () => {
    const { api, runtime } = await runPerl(
      'for my $n (1 .. 20) { print "$event $n\\n"; print STDERR "$event err $n\\n"; select undef, undef, undef, 0.005 } die "$event\\n" if $event > 1; return 1',
      {
        api: { concurrency: 4 },
        env: { AWS_LAMBDA_MAX_CONCURRENCY: '4' },
      },
    )
    const sent = Array.from({ length: 12 }, (_, index) => api.send(String(index % 4)))
    const outcomes = await Promise.all(sent.map(({ outcome }) => outcome))
    await until(() => runtime.stdout.split('\n').length > 12 * 40 + 6)
    const lines = runtime.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { requestId: string; message: string })
    for (const [index, { id }] of outcomes.entries()) {
      const own = lines.filter((line) => line.requestId === id).map((line) => line.message)
      const event = String(index % 4)
      expect(own.filter((message) => message.startsWith(`${event} `))).toHaveLength(40)
      expect(own.filter((message) => message.startsWith('hello failed: '))).toHaveLength(index % 4 > 1 ? 1 : 0)
      expect(own).toHaveLength(index % 4 > 1 ? 41 : 40)
    }
    expect(api.peakOpen).toBe(4)
  })
})

describe('the socket of Managed Instances', () => {
  async function listen(): Promise<{ path: string; server: Server; sockets: Socket[]; received(): string }> {
    const path = join(taskFolder(), 'log.sock')
    const sockets: Socket[] = []
    let received = ''
    const server = createServer((socket) => {
      sockets.push(socket)
      socket.on('data', (bytes: Buffer) => (received += bytes.toString())).on('error', () => {})
    })
    await new Promise<void>((resolve) => {
      server.listen(path, resolve)
    })
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    return { path, server, sockets, received: () => received }
  }

  const env = (path: string) => ({ AWS_LAMBDA_MAX_CONCURRENCY: '2', _LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET: path })
  const handler = 'print "line of $event\\n"; return $ENV{_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET} // "unset"'
  const managed = { concurrency: 2 }

  it('56: lines go to the socket, one object each, and children don’t see the variable', async () => {
    const log = await listen()
    const { api, runtime } = await runPerl(handler, { api: managed, env: env(log.path) })
    expect((await api.invoke('1')).text()).toBe('unset')
    await until(() => log.received().endsWith('\n'))
    expect(JSON.parse(log.received())).toMatchObject({ message: 'line of 1', level: 'INFO' })
    expect(runtime.stdout).toBe('')
  })

  it('56: without the socket, lines go to standard output', async () => {
    const { api, runtime } = await runPerl(handler, { api: managed, env: env('/nowhere/log.sock') })
    await api.invoke('1')
    await until(() => runtime.stdout.includes('line of 1'))
  })

  it('56: when the socket breaks, the following lines go to standard output', async () => {
    const log = await listen()
    const { api, runtime } = await runPerl(handler, { api: managed, env: env(log.path) })
    await api.invoke('1')
    await until(() => log.received().includes('line of 1'))
    log.server.close()
    for (const socket of log.sockets) socket.destroy()
    for (let event = 2; !runtime.stdout.includes('line of '); event++) await api.invoke(String(event))
    await api.invoke('last')
    await until(() => runtime.stdout.includes('line of last'))
  })

  // The host waits 100 ms for this process, which reads nothing while the machine stands still.
  it('56: what is still on its way when the process ends is flushed', { retry: 2 }, async () => {
    const log = await listen()
    const { api, runtime } = await runPerl('print "line $_ of $event\\n" for 1 .. 2000; return 1', {
      api: managed,
      env: env(log.path),
    })
    await api.invoke('1')
    runtime.kill('SIGTERM')
    expect(await runtime.ended).toEqual({ code: 0, signal: null })
    await until(() => log.received().includes('line 2000 of 1'))
    expect(log.received().trimEnd().split('\n')).toHaveLength(2000)
  })
})
