import { describe, expect, it } from 'vitest'
import { bodyOf } from '../../dev/src/records/body.ts'
import { Store } from '../../dev/src/records/store.ts'

function started(store: Store, id: number, type: 'Event' | 'RequestResponse' = 'RequestResponse', event = '{}') {
  return store.open({ id: `i${id}`, function: 'f', via: 'invoke', type, title: 'invoke', event: Buffer.from(event) })
}

describe('the store', () => {
  it('keeps the last 500 invocations or so, and the failures of events that nobody waits for', () => {
    const store = new Store()
    const gone: string[] = []
    store.subscribe({ gone: (ids) => gone.push(...ids) })
    started(store, 0, 'Event').change({ status: 'done', ok: false })
    for (let i = 1; i <= 1_000; i++) started(store, i).change({ status: 'done', ok: true })
    expect(store.list(10_000).length).toBeLessThanOrEqual(552)
    expect(store.get('i0')?.ok).toBe(false)
    expect(store.get('i1')).toBeUndefined()
    expect(store.get('i1000')).toBeDefined()
    expect(gone).toContain('i1')
  })

  it('keeps 64 MB or so', () => {
    const store = new Store()
    const event = JSON.stringify('x'.repeat(1_000_000))
    for (let i = 1; i <= 150; i++) started(store, i, 'Event', event).change({ status: 'done', ok: true })
    expect(store.list(1_000).length).toBeLessThanOrEqual(120)
  })

  it('never forgets one that is under way', () => {
    const store = new Store()
    started(store, 0)
    for (let i = 1; i <= 1_000; i++) started(store, i).change({ status: 'done', ok: true })
    expect(store.get('i0')).toBeDefined()
    store.clear()
    expect(store.list(10).map(({ id }) => id)).toEqual(['i0'])
  })

  it('cuts a long body between characters', () => {
    const long = bodyOf(Buffer.from(`a${'é'.repeat(600_000)}`))
    expect(long).toMatchObject({ size: 1_200_001, truncated: true })
    expect(long.text?.endsWith('é')).toBe(true)
    expect(bodyOf(Buffer.of(0xff))).toEqual({ base64: '/w==', size: 1, truncated: false })
  })
})
