import { afterEach, describe, expect, it, vi } from 'vitest'

async function fresh() {
  vi.resetModules()
  const { leaveUsualFlags, needUsualFlags } = await import('../../core/src/usual-flags.ts')
  const changes: boolean[] = []
  return { leave: () => leaveUsualFlags((isUsual) => changes.push(isUsual)), need: needUsualFlags, changes }
}

describe('the usual flags of V8', () => {
  afterEach(() => {
    vi.resetModules()
  })

  it('hold until they are left', async () => {
    const { leave, need, changes } = await fresh()
    need()()
    expect(changes).toEqual([])
    leave()
    expect(changes).toEqual([false])
  })

  it('hold again while something needs them, however many do', async () => {
    const { leave, need, changes } = await fresh()
    leave()
    const [one, other] = [need(), need()]
    one()
    expect(changes).toEqual([false, true])
    other()
    expect(changes).toEqual([false, true, false])
  })

  it('are not left before what needs them has ended', async () => {
    const { leave, need, changes } = await fresh()
    const end = need()
    leave()
    expect(changes).toEqual([])
    end()
    expect(changes).toEqual([false])
  })
})
