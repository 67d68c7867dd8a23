import { RuntimeApiServer } from '@anyhandler/core/testing'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { anyhandler, bin } from '../support/command.ts'
import { folder } from '../support/folder.ts'

interface BadInput {
  readonly title: string
  readonly files: Readonly<Record<string, string>>
  readonly handler: string
  readonly errorType: string
  readonly message: RegExp
  readonly variables?: Readonly<Record<string, string>>
}

const plugin =
  'export default () => ({ name: "js", extensions: [".js"], setup() {}, invoke() { return 1 }, cleanup() {} })\n'
const hello = { 'hello.sql': 'SELECT 1 one;\n' }

/** What keeps a function from starting. Each is one sentence that names the thing and the cure. */
const initErrors: readonly BadInput[] = [
  {
    title: 'a plugin in an ES module that package.json declares as CommonJS',
    files: {
      'hello.js': '',
      'plugin.js': `import 'node:fs'\n${plugin}`,
      'package.json': '{"type":"commonjs"}',
      'anyhandler.config.yaml': 'plugins:\n  js: { package: ./plugin.js, extensions: [.js] }\n',
    },
    handler: 'hello.js',
    errorType: 'Runtime.PluginLoadError',
    message: /outside a module; rename the file to \.mjs, or write "type": "module" into the package\.json/,
  },
  {
    title: 'a missing handler',
    files: hello,
    handler: 'helo',
    errorType: 'Runtime.ImportModuleError',
    message: /'?helo'?.*hello/s,
  },
  {
    title: 'two candidates',
    files: { ...hello, 'hello.sh': 'echo hi\n' },
    handler: 'hello',
    errorType: 'Runtime.AmbiguousHandler',
    message: /hello\.sh.*hello\.sql.*'bash:/s,
  },
  {
    title: 'a handler outside the root',
    files: hello,
    handler: '../../etc/passwd',
    errorType: 'Runtime.HandlerOutsideTaskRoot',
    message: /leads out of the task root/,
  },
  {
    title: 'an unknown extension',
    files: { 'hello.xyz': '' },
    handler: 'hello.xyz',
    errorType: 'Runtime.UnknownExtension',
    message: /\.xyz.*\.sql.*plugins in the configuration/s,
  },
  {
    title: 'a configuration with an unknown key',
    files: { ...hello, 'anyhandler.config.yaml': 'plugin:\n  sql: false\n' },
    handler: 'hello',
    errorType: 'Runtime.InvalidConfiguration',
    message: /anyhandler\.config\.yaml.*plugin\b.*did you mean.*plugins/s,
  },
  {
    title: 'a configuration with a wrong type',
    files: { ...hello, 'anyhandler.config.json': '{"plugins":{"sql":{"extensions":".sql"}}}' },
    handler: 'hello',
    errorType: 'Runtime.InvalidConfiguration',
    message: /anyhandler\.config\.json.*plugins\.sql\.extensions/s,
  },
  {
    title: 'a configuration with a wrong value',
    files: { ...hello, 'package.json': '{"anyhandler":{"transport":"pigeon"}}' },
    handler: 'hello',
    errorType: 'Runtime.InvalidConfiguration',
    message: /package\.json.*transport.*pigeon.*socket.*undici/s,
  },
  {
    title: 'a configuration that is no YAML',
    files: { ...hello, 'anyhandler.config.yaml': 'plugins: [\n' },
    handler: 'hello',
    errorType: 'Runtime.InvalidConfiguration',
    message: /anyhandler\.config\.yaml:2: it is not YAML/,
  },
  {
    title: 'a plugin package that is not installed',
    files: {
      'hello.lua': '',
      'anyhandler.config.yaml': 'plugins:\n  lua: { package: anyhandler-plugin-lua, extensions: [.lua] }\n',
    },
    handler: 'hello',
    errorType: 'Runtime.PluginNotFound',
    message: /anyhandler-plugin-lua.*npm install anyhandler-plugin-lua/s,
  },
  {
    title: 'a plugin of the wrong shape',
    files: {
      'hello.js': '',
      'plugin.mjs': plugin.replace('invoke() { return 1 }, ', ''),
      'anyhandler.config.yaml': 'plugins:\n  js: { package: ./plugin.mjs, extensions: [.js] }\n',
    },
    handler: 'hello',
    errorType: 'Runtime.PluginInvalid',
    message: /js.*invoke/s,
  },
  {
    title: 'two plugins for one extension',
    files: {
      ...hello,
      'plugin.mjs': plugin,
      'anyhandler.config.yaml': 'plugins:\n  js: { package: ./plugin.mjs, extensions: [.sql] }\n',
    },
    handler: 'hello',
    errorType: 'Runtime.PluginConflict',
    message: /\.sql.*sql.*js/s,
  },
  {
    title: 'no python3 on PATH',
    files: { 'app.py': 'def handler(event, context): return 1\n' },
    handler: 'app.handler',
    errorType: 'Runtime.InterpreterNotFound',
    message: /python3.*PATH.*interpreter/s,
    variables: { PATH: '/nowhere' },
  },
  {
    title: 'a syntax error in bash',
    files: { 'hello.sh': 'echo one\nif true; then\n' },
    handler: 'hello',
    errorType: 'Runtime.UserCodeSyntaxError',
    message: /hello\.sh.*(line )?3/s,
  },
  {
    title: 'a syntax error in SQL',
    files: { 'hello.sql': 'SELECT 1;\nSELEC 2;\n' },
    handler: 'hello',
    errorType: 'Runtime.UserCodeSyntaxError',
    message: /hello\.sql.*2/s,
  },
  {
    title: 'a syntax error in Python',
    files: { 'app.py': 'def handler(event, context)\n    return 1\n' },
    handler: 'app.handler',
    errorType: 'Runtime.UserCodeSyntaxError',
    message: /Syntax error in module 'app'.*app\.py.*line 1/s,
  },
]

describe('what keeps a function from starting', () => {
  it.each(initErrors)(
    '$title is posted to /init/error and ends the process',
    async ({ files, handler, errorType, message, variables }) => {
      await using api = await RuntimeApiServer.start()
      const { exitCode } = await execa(process.execPath, [bin, 'run'], {
        reject: false,
        env: { ...variables, AWS_LAMBDA_RUNTIME_API: api.address, _HANDLER: handler, LAMBDA_TASK_ROOT: folder(files) },
      })
      const error = await api.waitForInitError()
      const body = JSON.parse(error.body.toString()) as {
        errorType: string
        errorMessage: string
        stackTrace: string[]
      }
      expect({ type: body.errorType, message: body.errorMessage }).toEqual({
        type: errorType,
        message: expect.stringMatching(message),
      })
      expect(error.errorType).toBe(errorType)
      expect(body.errorMessage).not.toMatch(/\/dist\/|\.ts:\d|\bat /)
      expect(exitCode).toBe(1)
    },
  )

  it('is one readable line locally, and exit code 1', async () => {
    const { stdout, stderr, exitCode } = await anyhandler(['invoke', 'helo', '--root', folder(hello)])
    expect(JSON.parse(stdout)).toMatchObject({ errorType: 'Runtime.ImportModuleError' })
    expect(stderr).toMatch(
      /^\S+Z\t-\tFATAL\tinit failed: Runtime\.ImportModuleError: .+\nanyhandler: the function failed: Runtime\.ImportModuleError\n$/,
    )
    expect(exitCode).toBe(1)
  })
})

describe('what makes an event fail', () => {
  it('a response that cannot be JSON is posted to /error as Runtime.MarshalError, and the next event is answered', async () => {
    const root = folder({ 'app.py': 'def handler(event, context):\n    return {1, 2} if event else "good"\n' })
    await using api = await RuntimeApiServer.start()
    const running = execa(process.execPath, [bin, 'run'], {
      reject: false,
      env: { AWS_LAMBDA_RUNTIME_API: api.address, _HANDLER: 'app.handler', LAMBDA_TASK_ROOT: root },
    })
    const bad = await api.invoke({ bad: true })
    expect(bad.kind).toBe('error')
    expect(bad.errorType).toBe('Runtime.MarshalError')
    expect(bad.json()).toMatchObject({
      errorType: 'Runtime.MarshalError',
      errorMessage: expect.stringContaining('JSON serializable'),
    })
    expect((await api.invoke({})).text()).toBe('"good"')
    running.kill('SIGTERM')
    expect((await running).exitCode).toBe(0)
  })

  it('a plugin that gives a function back is told apart from a handler that fails', async () => {
    const root = folder({
      'hello.js': '',
      'plugin.mjs': plugin.replace('return 1', 'return () => 1'),
      'anyhandler.config.yaml': 'plugins:\n  js: { package: ./plugin.mjs, extensions: [.js] }\n',
    })
    const { stdout, exitCode } = await anyhandler(['invoke', 'hello', '--root', root])
    expect(JSON.parse(stdout)).toMatchObject({
      errorType: 'Runtime.MarshalError',
      errorMessage: expect.stringContaining('a function'),
    })
    expect(exitCode).toBe(1)
  })
})
