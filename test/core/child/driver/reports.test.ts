import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { childPlugin } from '@anyhandler/core/child'
import type { Answer, Invocation, Plugin, PluginEnv } from '@anyhandler/core'
import { expect, it, onTestFinished } from 'vitest'

const driver = fileURLToPath(new URL('reporting-driver.py', import.meta.url))
const handler = { name: 'hello', plugin: 'fork', target: 'hello' }

interface Made {
  readonly plugin: Plugin
  readonly env: PluginEnv
  readonly log: readonly string[]
  run(event: string | Uint8Array): Promise<Answer>
}

async function make(variables: Readonly<Record<string, string>> = {}): Promise<Made> {
  const log: string[] = []
  const tmp = mkdtempSync(join(tmpdir(), 'reports-'))
  const env: PluginEnv = {
    taskRoot: '/',
    handlers: [handler],
    concurrency: 1,
    variables: { PATH: process.env.PATH ?? '', ...variables },
    tmp,
    log: (line, about) => log.push(`${about?.invocation?.id ?? '-'} ${String(line)}`),
  }
  const plugin = childPlugin({
    name: 'fork',
    extensions: ['.fork'],
    command: () => ({ file: 'python3', args: [driver] }),
    outputs: { result: 'result', stdout: 'result', stderr: 'log' },
    context: ({ id }) => ({ REQUEST: id, TWO_LINES: 'a\nb' }),
  })
  await plugin.setup(env)
  onTestFinished(async () => {
    await plugin.cleanup(env)
    rmSync(tmp, { recursive: true })
  })
  let count = 0
  const run = async (event: string | Uint8Array): Promise<Answer> => {
    const invocation: Invocation = {
      id: `event-${(count += 1)}`,
      handler,
      event: Buffer.from(event as string),
      deadline: Date.now() + 20_000,
      functionArn: '',
      signal: new AbortController().signal,
      remaining: () => 20_000,
    }
    return (await plugin.invoke(invocation)) as Answer
  }
  return { plugin, env, log, run }
}

const text = ({ body }: Answer): string => String(body)

it('takes an answer that the event’s own process reports', async () => {
  const { run } = await make()
  for (const event of ['one', 'two', 'three']) expect(text(await run(event))).toBe(event)
})

it('waits with the next event until nothing of the last one is left, and throws away its late results', async () => {
  const { run, log } = await make()
  expect(text(await run('linger'))).toBe('linger')
  expect(text(await run('next'))).toBe('next')
  expect(log).toEqual(['event-1 late log'])
})

it('gives the next event to a new driver when the old one dies after its answer', async () => {
  const { run } = await make()
  for (let round = 0; round < 3; round++) {
    expect(text(await run('murder'))).toBe('murder')
    expect(text(await run('next'))).toBe('next')
  }
})

it('logs lines that are no report, and a second answer', async () => {
  const { run, log } = await make()
  expect(text(await run('noise'))).toBe('ok')
  expect(text(await run('next'))).toBe('next')
  expect(log.map((line) => line.slice(2))).toEqual([
    'no report',
    'head [1]',
    'done already',
    'done',
    'done 99',
    'done 1',
  ])
})

it('merges several heads: values of headers and cookies gather', async () => {
  const { run } = await make()
  const { http, contentType, body } = await run('respond')
  expect(http).toEqual({ statusCode: 404, headers: { 'X-B': '2', 'x-a': ['1', '3'] }, cookies: ['a=1', 'b=2'] })
  expect([contentType, String(body)]).toEqual(['text/plain', 'gone'])
})

it('streams the one output that is named; what another result held is log', async () => {
  const { run, log } = await make()
  const { body } = await run('stream')
  let streamed = ''
  for await (const part of body as AsyncIterable<Uint8Array>) streamed += Buffer.from(part).toString()
  expect(streamed).toBe('one')
  expect(log).toEqual(['event-1 debugging', 'event-1 more debugging'])
})

it('hands an event that holds a NUL byte over in a file, like one that is too long', async () => {
  const { run } = await make()
  expect(text(await run(Buffer.from('a\0b')))).toBe('3')
  expect(text(await run(Buffer.alloc(5000, 97)))).toBe('5000')
})

it('carries a reported failure with its cause for tracing', async () => {
  const { run } = await make()
  await expect(run('fail')).rejects.toMatchObject({
    errorType: 'Function.Bad',
    message: 'bad',
    xrayCause: '{"exceptions":[]}',
  })
})

it('runs the hooks of a driver that has some, and events after them', async () => {
  const { plugin, env, run } = await make()
  await plugin.beforeSnapshot?.(env)
  await plugin.afterRestore?.(env)
  expect(text(await run('after'))).toBe('after')
})

it('fails with the type and body of a hook that fails', async () => {
  const { plugin, env } = await make({ HOOK: 'fails' })
  await expect(plugin.beforeSnapshot?.(env)).rejects.toMatchObject({
    errorType: 'HookError',
    body: Buffer.from('{"errorType":"HookError","errorMessage":"no"}'),
  })
})

it('gives a driver that wants the environment alone one frame, and what is no plain ASCII in a file', async () => {
  const { run } = await make({ ENVIRONMENT: '1' })
  const variables = (n: number) => [
    `REQUEST=event-${n}`,
    'TWO_LINES=a b',
    expect.stringMatching(/^ANYHANDLER_MARK=.+-\d+-\d+$/) as string,
  ]
  const answered = async (event: string): Promise<unknown[]> => {
    const [, description = '', rest] = /^(\{.*?\})([^]*)$/.exec(text(await run(event))) ?? []
    return [JSON.parse(description), rest]
  }
  expect(await answered('plain')).toEqual([{ kind: 'task', variables: variables(1) }, 'plain'])
  expect(await answered('')).toEqual([{ kind: 'task', variables: variables(2) }, ''])
  expect(await answered('Zoë')).toEqual([{ kind: 'file', variables: variables(3) }, 'Zoë'])
  expect(await answered('a\0b')).toEqual([{ kind: 'file', variables: variables(4) }, 'a\0b'])
  expect(await answered('x'.repeat(1001))).toEqual([{ kind: 'file', variables: variables(5) }, 'x'.repeat(1001)])
})
