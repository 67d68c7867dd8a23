import { readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { HandlerError } from '@anyhandler/core'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import { taskFolder } from '../../support/task-folder.ts'
import { asLambdaUser, inNamespace } from '../../support/namespace.ts'
import { perlFolder } from './perl.ts'
import { command, startRuntime } from '../../support/runtime-process.ts'
import type { RuntimeOptions } from '../../support/runtime-process.ts'
import { serve, wires } from '../../support/served.ts'

const errorTypePattern = /^(?:Runtime|Function)\.[A-Z][a-zA-Z]+$/

async function startApi(): Promise<RuntimeApiServer> {
  const api = await RuntimeApiServer.start()
  onTestFinished(() => api.close())
  return api
}

/** A runtime that can't load its handler: what it posted and how it ended. */
async function failInit(options: Omit<RuntimeOptions, 'address'>) {
  const api = await startApi()
  const runtime = startRuntime({ ...options, address: api.address })
  const end = await runtime.ended
  const posts = api.requests.filter((request) => request.endpoint === 'init/error')
  const error = api.initError
  if (!error) throw new Error(`nothing was posted to /init/error: ${runtime.stdout}${runtime.stderr}`)
  return { api, runtime, end, posts, error, body: JSON.parse(error.body.toString()) as Record<string, unknown> }
}

describe('start-up', () => {
  it('1: without AWS_LAMBDA_RUNTIME_API it says so in one line on standard error and exits with a code', async () => {
    const runtime = startRuntime({ root: taskFolder(), handler: 'hello' })
    const { code } = await runtime.ended
    expect(code).toBe(1)
    expect(runtime.stderr).toMatch(/^anyhandler: AWS_LAMBDA_RUNTIME_API is not set: .+\n$/)
    expect(runtime.stderr.split('\n')).toHaveLength(2)
    expect(runtime.stdout).toBe('')
  })

  it.each(wires)('2: the first call is GET …/invocation/next, once the handler is loaded (%s)', async (wire) => {
    let loaded = 0
    const { api } = await serve(() => 'x', {
      wire,
      plugin: {
        async setup() {
          await new Promise((resolve) => setTimeout(resolve, 50))
          loaded = Date.now()
        },
      },
    })
    await api.idle()
    const [first] = api.requests
    expect(api.requests).toHaveLength(1)
    expect([first?.method, first?.path, first?.headers.host]).toEqual([
      'GET',
      '/2018-06-01/runtime/invocation/next',
      api.address,
    ])
    expect(first?.at).toBeGreaterThanOrEqual(loaded)
    expect(loaded).toBeGreaterThan(0)
  })

  it('3: a handler that cannot be loaded is posted to /init/error once, and the process exits with a code', async () => {
    const { api, end, posts, error, body } = await failInit({
      root: perlFolder({ hello: 'return {' }),
      handler: 'hello',
    })
    expect(end.code).toBe(1)
    expect(posts).toHaveLength(1)
    expect(posts[0]?.path).toBe('/2018-06-01/runtime/init/error')
    expect(Object.keys(body).toSorted()).toEqual(['errorMessage', 'errorType', 'stackTrace'])
    expect(body.stackTrace).toBeInstanceOf(Array)
    expect(error.errorType).toBe(body.errorType)
    expect(error.contentType).toBe('application/json')
    expect(api.requests.some((request) => request.endpoint === 'next')).toBe(false)
  })

  it.each([
    ['a missing file', 'nothing', 'Runtime.ImportModuleError'],
    ['a missing symbol', 'hello.nothing', 'Runtime.HandlerNotFound'],
    ['a malformed name', 'folder/', 'Runtime.MalformedHandlerName'],
    ['an empty name', '', 'Runtime.MalformedHandlerName'],
    ['a syntax error', 'broken', 'Runtime.UserCodeSyntaxError'],
  ])('4: %s has its own error type', async (_what, handler, errorType) => {
    const { error, body, end } = await failInit({
      root: perlFolder({ hello: 'return 1', broken: 'return {' }),
      handler,
    })
    expect(error.errorType).toBe(errorType)
    expect(body.errorType).toBe(errorType)
    expect(end.code).not.toBe(0)
  })

  it('5: every error type that the sources name has the platform’s form', () => {
    const root = fileURLToPath(new URL('../../..', import.meta.url))
    const sources = ['core/src', 'cli/src', 'plugins'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter(
          (name) => /\.(?:ts|py|sh)$/.test(name) && !/(?:^|\/)(?:dist|node_modules|testing|templates)\//.test(name),
        )
        .map((name) => readFileSync(join(root, folder, name), 'utf8')),
    )
    const types = new Set(
      sources.flatMap((text) =>
        [...text.matchAll(/['"`]((?:Runtime|Function)\.[\w.-]+)['"`]/g)].map((match) => match[1] as string),
      ),
    )
    expect(types.size).toBeGreaterThan(10)
    expect([...types].filter((type) => !errorTypePattern.test(type))).toEqual([])
  })

  it.each([
    ['of the plugin', new Error('cannot'), 'Runtime.PluginError'],
    ['of something that is no error', 'text', 'Runtime.PluginError'],
    [
      'of a language',
      new HandlerError({ errorType: 'Runtime.UserCodeSyntaxError', message: 'line 3' }),
      'Runtime.UserCodeSyntaxError',
    ],
    ['without a type', new HandlerError({ errorType: '', message: 'x' }), 'Function.Unknown'],
  ])('5: an init error %s is posted under a type of the platform’s form', async (_whose, thrown, errorType) => {
    const { api, end } = await serve(() => 'x', {
      plugin: {
        setup() {
          throw thrown
        },
      },
    })
    expect(await end).toMatchObject({ reason: 'failed', exitCode: 1 })
    expect(api.initError?.errorType).toBe(errorType)
    expect(errorType).toMatch(errorTypePattern)
  })

  it('5: an exception that a handler raises while it is loaded keeps its class name, as in AWS’s runtimes', async () => {
    const { api, end } = await serve(() => 'x', {
      plugin: {
        setup() {
          throw new HandlerError({ errorType: 'KeyError', message: "'TABLE'" })
        },
      },
    })
    await end
    expect(api.initError?.errorType).toBe('KeyError')
    expect(JSON.parse(String(api.initError?.body))).toMatchObject({ errorType: 'KeyError' })
  })

  it.each(['../secret', '/etc/hello', 'a/../../secret', 'out', 'out.handler'])(
    '6: the handler %s, outside of the task root, is refused',
    async (handler) => {
      const outside = taskFolder({ 'secret.pl': '1;' })
      const root = perlFolder({})
      symlinkSync(join(outside, 'secret.pl'), join(root, 'out.pl'))
      const { error } = await failInit({ root, handler })
      expect(error.errorType).toBe('Runtime.HandlerOutsideTaskRoot')
    },
  )

  it('7: it starts without LAMBDA_TASK_ROOT, TZ and AWS_REGION', async () => {
    const api = await startApi()
    startRuntime({ address: api.address, handler: 'hello', cwd: perlFolder({ hello: 'return "here"' }) })
    expect((await api.invoke('{}')).text()).toBe('here')
  })

  describe.each(['AWS_LAMBDA_EXEC_WRAPPER', 'ANYHANDLER_EXEC_WRAPPER'])('with %s', (name) => {
    it('8: the wrapper runs once, with the original arguments, and what it sets reaches the handler', async () => {
      const api = await startApi()
      const root = perlFolder(
        { hello: 'return join "|", $ENV{FROM_WRAPPER}, $ENV{ANYHANDLER_WRAPPED} // "none"' },
        {
          'wrapper*': '#!/bin/sh\necho "$@" >>"${0%/*}/calls"\nexport FROM_WRAPPER=yes\nexec "$@"\n',
        },
      )
      const runtime = startRuntime({
        address: api.address,
        root,
        handler: 'hello',
        env: { [name]: join(root, 'wrapper') },
      })
      const answer = await Promise.race([api.invoke('{}'), runtime.ended])
      expect(answer).toMatchObject({ kind: 'response' })
      expect((answer as { text(): string }).text()).toBe('yes|none')
      expect(readFileSync(join(root, 'calls'), 'utf8')).toBe(`${[...command, 'run'].join(' ')}\n`)
    })

    it('8: a wrapper that cannot be executed is an init error that names it', async () => {
      const { error, body } = await failInit({
        root: perlFolder({ hello: 'return 1' }),
        handler: 'hello',
        env: { [name]: '/nowhere/wrapper' },
      })
      expect(error.errorType).toBe('Runtime.InvalidEnvironment')
      expect(body.errorMessage).toContain(`${name} names /nowhere/wrapper`)
    })
  })

  it('8: with both variables each wrapper runs once, the first around the second', async () => {
    const api = await startApi()
    const wrapper = (letter: string) => `#!/bin/sh\nexport WRAPPED="\${WRAPPED}${letter}"\nexec "$@"\n`
    const root = perlFolder({ hello: 'return $ENV{WRAPPED}' }, { 'a*': wrapper('a'), 'b*': wrapper('b') })
    const env = { AWS_LAMBDA_EXEC_WRAPPER: join(root, 'a'), ANYHANDLER_EXEC_WRAPPER: join(root, 'b') }
    startRuntime({ address: api.address, root, handler: 'hello', env })
    expect((await api.invoke('{}')).text()).toBe('ab')
  })

  it('9: it runs as another user than root, on a root file system that cannot be written, with /tmp alone', async () => {
    const api = await startApi()
    const root = perlFolder({
      hello:
        'open(my $no, ">", "/here") and die "the root can be written"; open(my $yes, ">", "/tmp/x") or die "$!"; return "$<"',
    })
    // The folder of the test is under the /tmp that is covered, and the repository may be there too, or where only its
    // owner goes.
    const repository = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')
    const inside = command.map((part) => part.replace(repository, '/run/repository'))
    const script = `mount -t tmpfs tmpfs /run
mkdir -p /run/task /run/repository && cp -a ${root}/. /run/task && chmod -R a+rX /run/task
mount --bind /run /run && mount --bind ${repository} /run/repository
mount -t tmpfs -o mode=1777 tmpfs /tmp && mount -o remount,bind,ro /run && mount -o remount,bind,ro /
cd / && exec "$@"`
    const argv = inNamespace(script, [...asLambdaUser, ...inside, 'run'])
    const runtime = startRuntime({ address: api.address, root: '/run/task', handler: 'hello', argv })
    const answer = await Promise.race([api.invoke('{}'), runtime.ended.then(() => runtime.stderr + runtime.stdout)])
    expect(typeof answer === 'string' ? answer : answer.text()).toBe('993')
  })

  it('10: the folders of layers are on the search paths of children', async () => {
    const api = await startApi()
    const root = perlFolder({
      hello: 'return { map { $_ => $ENV{$_} } qw(PATH LD_LIBRARY_PATH PYTHONPATH NODE_PATH) }',
    })
    const script =
      'mount -t tmpfs tmpfs /opt && mkdir -p /opt/bin /opt/lib /opt/python /opt/nodejs/node_modules\nexec "$@"'
    const argv = inNamespace(script, [...command, 'run'])
    startRuntime({
      address: api.address,
      root,
      handler: 'hello',
      argv,
      env: { PYTHONPATH: '/own', LD_LIBRARY_PATH: '/opt/lib:/own' },
    })
    expect((await api.invoke('{}')).json()).toEqual({
      PATH: `${process.env.PATH}:/opt/bin`,
      LD_LIBRARY_PATH: '/opt/lib:/own',
      PYTHONPATH: '/own:/opt/python',
      NODE_PATH: '/opt/nodejs/node_modules',
    })
  })
})
