import { describe, expect, test } from 'vitest'
import { rootOf } from './case.ts'
import { serve } from './serve.ts'

const snapStart = { snapStart: true }

describe('SnapStart', () => {
  test('runs what was registered: before the snapshot in reverse order, after it in order', async () => {
    await serve(
      { root: rootOf('snapshot'), handler: 'app.handler' },
      async ({ api, invoke, records }) => {
        await api.waitForSnapshot()
        expect(records.join('')).toContain('hook prints')
        api.restore()
        const { order, random } = (await invoke({})).json() as { order: readonly string[]; random: number }
        expect(order).toEqual([
          "before, registered second: (1,) {'two': 2}",
          'before, registered first',
          'after, registered first',
          'after, registered second',
        ])
        // What random.seed(1) would go on with in every copy of the snapshot.
        expect(random).not.toBe(0.134_364_244_112_401_22)
      },
      snapStart,
    )
  })

  test('needs nothing of a handler without hooks', async () => {
    await serve(
      { root: rootOf('snapshot'), handler: 'without.handler' },
      async ({ api, invoke }) => {
        api.restore()
        expect((await invoke(1)).json()).toBe(1)
      },
      snapStart,
    )
  })

  test('reports a hook that fails before the snapshot', async () => {
    await serve(
      { root: rootOf('snapshot'), handler: 'fails_before.handler' },
      async ({ api }) => {
        const { errorType, body } = await api.waitForInitError()
        expect(errorType).toBe('Runtime.BeforeSnapshotError')
        expect(JSON.parse(body.toString())).toMatchObject({
          errorType: 'ConnectionError',
          errorMessage: 'no connection',
          stackTrace: [expect.stringContaining('in hook')],
        })
      },
      snapStart,
    )
  })

  test('reports a hook that fails after it', async () => {
    await serve(
      { root: rootOf('snapshot'), handler: 'fails_after.handler' },
      async ({ api }) => {
        api.restore()
        const { errorType, body } = await api.waitForRestoreError()
        expect(errorType).toBe('Runtime.AfterRestoreError')
        expect(JSON.parse(body.toString())).toMatchObject({
          errorType: 'ConnectionError',
          errorMessage: 'no connection',
        })
      },
      snapStart,
    )
  })
})
