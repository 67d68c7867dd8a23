import { HostError } from '@anyhandler/core'
import type { HostErrorInit } from '@anyhandler/core'
import { describe, expect, it } from 'vitest'

describe('a HostError', () => {
  it.each<[HostErrorInit, string]>([
    [{ problem: 'it is cold' }, 'it is cold'],
    [{ problem: 'it is cold', cure: 'close the door' }, 'it is cold; close the door'],
    [{ at: 'hall.sh:3', problem: 'it is cold', cure: 'close the door' }, 'hall.sh:3: it is cold; close the door'],
    [{ at: 'the hall', problem: 'the hall is cold' }, 'the hall is cold'],
    [{ at: 'hall', problem: '/the/hall is cold' }, 'hall: /the/hall is cold'],
    [
      { problem: 'no key was found', details: 'looked for a and b', cure: 'cut one' },
      'no key was found: looked for a and b; cut one',
    ],
  ])('%# is one sentence made of its fields, which can be read', (init, sentence) => {
    const error = new HostError('Runtime.InvalidConfiguration', init)
    expect(error.message).toBe(sentence)
    expect(error).toMatchObject({ code: 'Runtime.InvalidConfiguration', name: 'HostError', ...init })
  })

  it('keeps its cause, and has none when none is given', () => {
    const cause = new Error('why')
    expect(new HostError('Runtime.PluginLoadError', { problem: 'x', cause }).cause).toBe(cause)
    expect(Object.hasOwn(new HostError('Runtime.PluginLoadError', { problem: 'x' }), 'cause')).toBe(false)
  })
})
