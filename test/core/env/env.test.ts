import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readEnv } from '@anyhandler/core/host'
import { describe, expect, it } from 'vitest'
import { taskFolder } from '../../support/task-folder.ts'

describe('the environment', () => {
  it('is read into a frozen object, with what Lambda sets', () => {
    const env = readEnv({
      AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
      _HANDLER: 'app.handler',
      LAMBDA_TASK_ROOT: '/var/task',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start',
      AWS_LAMBDA_LOG_LEVEL: 'warn',
      _LAMBDA_TELEMETRY_LOG_FD: '62',
      TMPDIR: '/tmp/mine',
    })
    expect(env).toMatchObject({
      runtimeApi: { host: '127.0.0.1', port: 9001 },
      handler: 'app.handler',
      taskRoot: '/var/task',
      snapStart: true,
      logLevel: 'WARN',
      telemetryFd: 62,
      logFormat: 'text',
      tmp: '/tmp/mine',
    })
    expect(Object.isFrozen(env) && Object.isFrozen(env.variables)).toBe(true)
  })

  it('has defaults for everything: an empty variable is as good as none', () => {
    const empty = Object.fromEntries(
      [
        'AWS_LAMBDA_RUNTIME_API',
        'LAMBDA_TASK_ROOT',
        'AWS_LAMBDA_LOG_LEVEL',
        '_LAMBDA_TELEMETRY_LOG_FD',
        'AWS_LAMBDA_MAX_CONCURRENCY',
      ].map((name) => [name, '']),
    )
    for (const env of [readEnv({}), readEnv(empty)]) {
      expect(env).toMatchObject({
        handler: '',
        taskRoot: process.cwd(),
        maxConcurrency: 1,
        managedInstances: false,
        snapStart: false,
        extension: false,
        logFormat: 'text',
        tmp: '/tmp',
      })
      for (const name of ['runtimeApi', 'logLevel', 'telemetryFd', 'telemetrySocket'])
        expect(env).not.toHaveProperty(name)
    }
  })

  it.each(['http://127.0.0.1:9001', '127.0.0.1', ':9001', '127.0.0.1:99999', 'a/b:1'])(
    'refuses %s as the address of the Runtime API',
    (address) => {
      expect(() => readEnv({ AWS_LAMBDA_RUNTIME_API: address })).toThrow(
        /AWS_LAMBDA_RUNTIME_API is '.*'; it must be host:port/,
      )
    },
  )

  it('takes an address in brackets', () => {
    expect(readEnv({ AWS_LAMBDA_RUNTIME_API: '[::1]:9001' }).runtimeApi).toEqual({ host: '::1', port: 9001 })
  })

  it.each(['-1', '0', '62x', '1e3', '4294967296'])('takes the telemetry descriptor %s for none', (fd) => {
    expect(readEnv({ _LAMBDA_TELEMETRY_LOG_FD: fd })).not.toHaveProperty('telemetryFd')
  })

  it('keeps from children what only the host uses', () => {
    const { variables } = readEnv({
      A: '1',
      _X_AMZN_TRACE_ID: 'Root=1',
      _LAMBDA_TELEMETRY_LOG_FD: '3',
      _LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET: '/s',
      ANYHANDLER_WRAPPED: '1',
      NODE_CHANNEL_FD: '4',
      _HANDLER: 'x',
    })
    expect(variables).toEqual({ A: '1', _HANDLER: 'x' })
  })

  it('gives children the NODE_OPTIONS that the host was started without, unless a wrapper has set others', () => {
    const optionsOf = (source: Readonly<Record<string, string>>): unknown => readEnv(source).variables['NODE_OPTIONS']
    expect(optionsOf({ ANYHANDLER_NODE_OPTIONS: '--own' })).toBe('--own')
    expect(optionsOf({ ANYHANDLER_NODE_OPTIONS: '--own', NODE_OPTIONS: '--own --wrapper' })).toBe('--own --wrapper')
    expect(readEnv({ ANYHANDLER_NODE_OPTIONS: '--own' }).variables).not.toHaveProperty('ANYHANDLER_NODE_OPTIONS')
    expect(optionsOf({})).toBeUndefined()
  })
})

describe('the folders of layers', () => {
  it('come behind what stands on a search path, those that exist', () => {
    const layers = taskFolder({ 'bin/': '', 'python/': '' })
    const { variables } = readEnv({ PATH: '/usr/bin:/bin', PYTHONPATH: '/own' }, layers)
    expect(variables).toEqual({ PATH: `/usr/bin:/bin:${layers}/bin`, PYTHONPATH: `/own:${layers}/python` })
  })

  it('are not said twice', () => {
    const layers = taskFolder({ 'bin/': '' })
    expect(readEnv({ PATH: `${layers}/bin:/bin` }, layers).variables).toEqual({ PATH: `${layers}/bin:/bin` })
  })

  it('do not take the usual programs away where PATH is unset', () => {
    const layers = taskFolder()
    mkdirSync(join(layers, 'bin'))
    expect(readEnv({}, layers).variables).toEqual({ PATH: `/usr/local/bin:/usr/bin:/bin:${layers}/bin` })
  })
})
