import { checkOptions, HostError } from '@anyhandler/core'
import type { OptionRules } from '@anyhandler/core'
import { describe, expect, it } from 'vitest'

interface Options {
  readonly program?: string
  readonly mode?: 'fast' | 'safe'
  readonly folder?: string | false
  readonly debug?: boolean
  readonly size?: number
  readonly names?: readonly string[]
  readonly statuses?: Readonly<Record<string, number>>
}

const rules: OptionRules<Options> = {
  program: { type: 'string', allowed: 'the name of a program' },
  mode: { type: 'string', values: ['fast', 'safe'] },
  folder: { type: 'string', orFalse: true },
  debug: { type: 'boolean' },
  size: { type: 'integer', min: 1, max: 10 },
  names: { type: 'list', items: { type: 'string', allowed: 'a name' } },
  statuses: {
    type: 'mapping',
    keys: /^\d+$/,
    keyAllowed: 'a number',
    items: { type: 'integer', min: 100, max: 599, allowed: 'an HTTP status' },
  },
}

const check = (options: unknown): Options => checkOptions('plugins.x.options', options, rules)

function fault(options: unknown): HostError {
  try {
    check(options)
  } catch (error) {
    if (HostError.is(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('checkOptions', () => {
  it('gives a copy of what is allowed, without what is undefined', () => {
    const given = {
      program: 'p',
      mode: 'safe',
      folder: false,
      debug: true,
      size: 10,
      names: ['a'],
      statuses: { 4: 404 },
    }
    const checked = check({ ...given, program: undefined })
    expect(checked).toEqual({ ...given, program: undefined })
    expect(Object.keys(checked)).not.toContain('program')
    expect(checked.names).not.toBe(given.names)
    expect(check(Object.freeze({}))).toEqual({})
  })

  it.each<[unknown, string]>([
    ['x', "plugins.x.options is 'x'; it must be a mapping"],
    [null, 'plugins.x.options is nothing; it must be a mapping'],
    [['a'], 'plugins.x.options is a list; it must be a mapping'],
    [{ program: '' }, "plugins.x.options.program is ''; it must be the name of a program"],
    [{ program: 'a\nb' }, String.raw`plugins.x.options.program is 'a\nb'; it must be the name of a program`],
    [{ program: null }, 'plugins.x.options.program is nothing; it must be the name of a program'],
    [{ mode: 'quick' }, "plugins.x.options.mode is 'quick'; it must be fast or safe"],
    [{ folder: true }, 'plugins.x.options.folder is true; it must be text of one line, or false'],
    [{ debug: 1 }, 'plugins.x.options.debug is 1; it must be true or false'],
    [{ size: 11 }, 'plugins.x.options.size is 11; it must be a whole number from 1 to 10'],
    [{ size: 1.5 }, 'plugins.x.options.size is 1.5; it must be a whole number from 1 to 10'],
    [{ size: '5' }, "plugins.x.options.size is '5'; it must be a whole number from 1 to 10"],
    [{ size: 5n }, 'plugins.x.options.size is 5; it must be a whole number from 1 to 10'],
    [{ names: 'a' }, "plugins.x.options.names is 'a'; it must be a list, each item a name"],
    [{ names: ['a', 1] }, 'plugins.x.options.names.1 is 1; it must be a name'],
    [{ statuses: [] }, 'plugins.x.options.statuses is a list; it must be a mapping of a number to an HTTP status'],
    [{ statuses: { a: 1 } }, 'plugins.x.options.statuses.a is not a usable key; it must be a number'],
    [{ statuses: { 4: 99 } }, 'plugins.x.options.statuses.4 is 99; it must be an HTTP status'],
    [
      { progam: 'p' },
      "plugins.x.options.progam is not known (did you mean 'program'?); there are program, mode, folder, debug, size, names and statuses",
    ],
    [JSON.parse('{"__proto__": 1}'), 'plugins.x.options.__proto__ is not known; there are program,'],
    [{ 'a b\n': 1 }, String.raw`plugins.x.options['a b\n'] is not known; there are program,`],
  ])('%# refuses what is not', (options, sentence) => {
    const error = fault(options)
    expect(error.code).toBe('Runtime.InvalidConfiguration')
    expect(error.message).toContain(sentence)
    expect(error.message).toBe(`${error.problem}; ${error.cure}`)
    expect(error.problem.startsWith(error.at!)).toBe(true)
  })

  it('says that there are none where a plugin has no options', () => {
    expect(() => checkOptions('plugins.x.options', { a: 1 }, {})).toThrow(
      'plugins.x.options.a is not known; there are no options',
    )
  })

  /**
   * `levels` lists in each other, each with the next one in it ten times: 10^levels leaves for who walks through it.
   */
  const bomb = (levels: number): unknown[] => {
    let inner: unknown[] = ['x']
    for (let level = 0; level < levels; level++) inner = Array.from({ length: 10 }, () => inner)
    return inner
  }
  let deep: unknown = 'x'
  for (let level = 0; level < 20_000; level++) deep = { a: deep }

  it.each<[string, unknown, string]>([
    ['a list of 10^9 leaves', { program: bomb(9) }, 'plugins.x.options.program is a list; it must be the name'],
    ['10^9 leaves in a list of names', { names: bomb(9) }, 'plugins.x.options.names.0 is a list; it must be a name'],
    [
      '20,000 levels',
      { statuses: { 4: deep } },
      'plugins.x.options.statuses.4 is a mapping; it must be an HTTP status',
    ],
    [
      'a getter that throws',
      {
        get debug() {
          throw new Error('no way')
        },
      },
      "plugins.x.options.debug can't be read: no way; give it a plain value",
    ],
    [
      'a proxy that throws a value that cannot be shown as text',
      new Proxy(
        {},
        {
          ownKeys() {
            throw Object.create(null)
          },
        },
      ),
      "plugins.x.options can't be read: a value that cannot be shown as text; give it a plain value",
    ],
    ['1 MB of text', { mode: 'x'.repeat(2 ** 20) }, `plugins.x.options.mode is '${'x'.repeat(120)}…'; it must be`],
  ])('survives %s', (_, options, sentence) => {
    const start = performance.now()
    expect(fault(options).message).toContain(sentence)
    // Who walks through all of it needs minutes.
    expect(performance.now() - start).toBeLessThan(5_000)
  })
})
