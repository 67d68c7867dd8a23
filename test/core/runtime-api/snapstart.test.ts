import { describe, expect, it } from 'vitest'
import { HandlerError } from '@anyhandler/core'
import type { Plugin, PluginEnv } from '@anyhandler/core'
import { Plugins } from '../../../core/src/host/plugins.ts'
import type { Registry } from '../../../core/src/registry/registry.ts'
import { RawApi, rawEvent } from '../../support/raw-api.ts'
import { serve, serveFrom, until, wires } from '../../support/served.ts'

const snapStart = { api: { snapStart: true }, env: { AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start' } }

describe.each(wires)('SnapStart (%s)', (wire) => {
  it('66: setup, hooks before the snapshot, /restore/next, hooks after it, /next', async () => {
    const steps: string[] = []
    const { api } = await serve(() => 'ok', {
      ...snapStart,
      wire,
      plugin: {
        setup: () => void steps.push('setup'),
        beforeSnapshot: () => void steps.push('before'),
        afterRestore: () => void steps.push(`after ${api.requests.length}`),
      },
    })
    await api.waitForSnapshot()
    expect(steps).toEqual(['setup', 'before'])
    expect(api.requests.map((request) => `${request.method} ${request.path}`)).toEqual([
      'GET /2018-06-01/runtime/restore/next',
    ])
    api.restore()
    expect((await api.invoke('{}')).text()).toBe('ok')
    expect(steps).toEqual(['setup', 'before', 'after 1'])
    expect(api.requests.map((request) => request.endpoint).slice(0, 2)).toEqual(['restore/next', 'next'])
  })

  it('66: the connection of before the snapshot is not used after it', async () => {
    const raw = await RawApi.start()
    await serveFrom(raw.address, () => 'ok', { env: snapStart.env, wire })
    await until(() => raw.connections[0]?.received.endsWith('\r\n\r\n') ?? false)
    raw.connections[0]?.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    await until(() => raw.connections[1]?.received.includes('/invocation/next') ?? false)
    await until(() => raw.connections[0]?.closed ?? false)
    expect(raw.connections[0]?.received).not.toContain('/invocation/next')
    raw.connections[1]?.write(rawEvent('one', '{}'))
    await until(() => raw.connections[1]?.received.includes('/invocation/one/response') ?? false)
  })

  it.each([
    ['an error', new Error('no'), { errorType: 'Runtime.BeforeSnapshotError', errorMessage: 'the plugin failed: no' }],
    [
      'an exception of the handler’s',
      new HandlerError({
        errorType: 'ValueError',
        message: 'no',
        body: Buffer.from('{"errorType":"ValueError","errorMessage":"no"}'),
      }),
      { errorType: 'ValueError', errorMessage: 'no' },
    ],
  ])(
    '67: a hook before the snapshot that fails with %s is posted to /init/error, and the process exits with 64',
    async (_what, thrown, body) => {
      const { api, end } = await serve(() => 'ok', {
        ...snapStart,
        wire,
        plugin: {
          beforeSnapshot() {
            throw thrown
          },
        },
      })
      expect(await end).toMatchObject({ reason: 'failed', exitCode: 64 })
      expect(api.initError?.errorType).toBe('Runtime.BeforeSnapshotError')
      expect(JSON.parse(String(api.initError?.body))).toMatchObject(body)
      expect(api.requests.map((request) => request.endpoint)).toEqual(['init/error'])
    },
  )

  it('67: a hook after the restore that fails is posted to /restore/error, and the process exits with 65', async () => {
    const { api, end } = await serve(() => 'ok', {
      ...snapStart,
      wire,
      plugin: {
        async afterRestore() {
          throw new Error('no')
        },
      },
    })
    await api.waitForSnapshot()
    api.restore()
    expect(await end).toMatchObject({ reason: 'failed', exitCode: 65 })
    expect(api.restoreError?.errorType).toBe('Runtime.AfterRestoreError')
    expect(JSON.parse(String(api.restoreError?.body))).toMatchObject({ errorType: 'Runtime.AfterRestoreError' })
    expect(api.initError).toBeUndefined()
    expect(api.requests.map((request) => request.endpoint)).toEqual(['restore/next', 'restore/error'])
  })

  it.each([undefined, 'on-demand', 'provisioned-concurrency', 'lambda-managed-instances'])(
    '68: with the initialization type %s /restore/next is never called, and no hook runs',
    async (type) => {
      const steps: string[] = []
      const { api } = await serve(() => 'ok', {
        wire,
        env: { AWS_LAMBDA_INITIALIZATION_TYPE: type },
        plugin: { beforeSnapshot: () => void steps.push('before'), afterRestore: () => void steps.push('after') },
      })
      expect((await api.invoke('{}')).text()).toBe('ok')
      expect(api.requests.some((request) => request.path.includes('restore'))).toBe(false)
      expect(steps).toEqual([])
    },
  )
})

it('66: of several languages the last is asked first before the snapshot, and last after it', async () => {
  const steps: string[] = []
  const load = async (name: string): Promise<Plugin> => ({
    name,
    extensions: [],
    setup() {},
    invoke() {},
    cleanup() {},
    beforeSnapshot: () => void steps.push(`before ${name}`),
    afterRestore: () => void steps.push(`after ${name}`),
  })
  const handlers = ['a', 'b', 'c'].map((plugin) => ({ name: plugin, plugin, target: plugin }))
  const plugins = new Plugins({ load } as unknown as Registry, { handlers } as unknown as PluginEnv, new Set())
  expect(await plugins.setUp()).toEqual([])
  await plugins.beforeSnapshot()
  await plugins.afterRestore()
  expect(steps).toEqual(['before c', 'before b', 'before a', 'after a', 'after b', 'after c'])
})

it('66: the end of the host ends the wait over the snapshot', async () => {
  const { api, host, end } = await serve(() => 'ok', snapStart)
  await api.waitForSnapshot()
  await host.close()
  expect(await end).toEqual({ reason: 'closed' })
  expect(api.initError).toBeUndefined()
})
