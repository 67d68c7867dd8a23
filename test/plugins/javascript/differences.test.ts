import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { taskFolder } from '../../support/task-folder.ts'
import { rootOf } from './case.ts'
import { serve } from './serve.ts'
import type { Served } from './serve.ts'

const app = { root: rootOf('differences'), handler: 'app.handler' }
const timeout = 90_000

const errorOf = async ({ invoke }: Served, event: unknown, options = {}) => {
  const outcome = await invoke(event, options)
  expect(outcome.kind).toBe('error')
  return outcome.json() as { errorType: string; errorMessage: string }
}

describe('an event whose handler takes the process with it', { timeout }, () => {
  test('costs that event alone, and its error says how', async () => {
    await serve(app, async (served) => {
      const { invoke } = served
      const ends = {
        rejection: { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'RangeError: nobody handles it' },
        timer: { errorType: 'RangeError', errorMessage: 'in a timer' },
        exit: { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exited with code 3') },
        crash: { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('SIGSEGV') },
      }
      for (const [way, error] of Object.entries(ends)) {
        expect(await errorOf(served, way)).toMatchObject(error)
        expect((await invoke('fine')).json()).toBe(1)
      }
    })
  })

  test('is over at its deadline, whatever it waits for', async () => {
    await serve(app, async (served) => {
      for (const way of ['endless', 'blocked']) {
        const { errorType } = await errorOf(served, way, { timeout: 500 })
        expect(errorType).toBe('Function.Timeout')
        expect((await served.invoke('fine')).json()).toBe(1)
      }
    })
  })

  test('fails at once when Node has nothing left to run, and the process stays', async () => {
    await serve(app, async (served) => {
      expect(await errorOf(served, 'never')).toMatchObject({
        errorType: 'Runtime.NodeJsExit',
        errorMessage: 'app.handler waits for what nobody will do: Node has nothing left to run',
      })
      expect((await served.invoke('heard')).json()).toBe('alive')
      expect((await served.invoke('fine')).json()).toBe(3)
    })
  })
})

describe('answers', { timeout }, () => {
  test('what is no JSON is an error that the process survives', async () => {
    await serve(app, async (served) => {
      expect((await errorOf(served, 'function')).errorType).toBe('Runtime.JSONStringifyError')
      const outcome = await served.api.invoke('{"a":')
      expect(outcome.json()).toMatchObject({ errorType: 'Runtime.UnmarshalError' })
      expect((await served.invoke('fine')).json()).toBe(2)
    })
  })

  test('a stream that is only ended has its prelude, and one that fails before its first part is an error', async () => {
    await serve({ ...app, handler: 'app.stream' }, async (served) => {
      const prelude = '{"statusCode":201}\0\0\0\0\0\0\0\0'
      expect((await served.invoke('end')).text()).toBe(prelude)
      expect((await served.invoke('body')).text()).toBe(`${prelude}body`)
      expect(await errorOf(served, 'throws')).toMatchObject({ errorMessage: 'before the first part' })
      expect((await errorOf(served, 'returns')).errorType).toBe('Runtime.NodeJsExit')
      expect((await served.invoke('body')).text()).toBe(`${prelude}body`)
    })
  })
})

describe('descriptors and processes', { timeout }, () => {
  test.each(['close', 'close_low', 'end', 'destroy'])(
    'standard output and error are there again for the next event, as pipes that have names: after %s',
    async (way) => {
      await serve(app, async ({ invoke, records }) => {
        expect((await invoke(way)).kind).toBe('response')
        for (let event = 0; event < 2; event++) expect((await invoke('print')).kind).toBe('response')
        const text = records.join('')
        for (const line of [/printed by a child/g, /\tINFO\tlogged/g, /by name/g])
          expect(text.match(line)).toHaveLength(2)
      })
    },
  )

  test('who closes the descriptors of the worker itself fails alone', async () => {
    await serve(app, async ({ api, invoke }) => {
      const outcome = await invoke('close_all', { timeout: 2_000 })
      expect(outcome.posts).toBe(1)
      expect((await invoke('fine')).json()).toBe(1)
      expect(api.strayAnswers).toBe(0)
    })
  })

  test('a child inherits the standard ones alone, and each event leaves as many as before', async () => {
    await serve(app, async ({ invoke }) => {
      expect((await invoke('shared')).json()).toEqual([])
      const before = (await invoke('own')).json()
      for (let event = 0; event < 20; event++) await invoke('print')
      expect((await invoke('own')).json()).toBe(before)
    })
  })

  test('a process with a session of its own is ended after the event, unless keepProcesses says otherwise', async () => {
    const withBrowser = async (keepProcesses: boolean, look: (pid: number) => Promise<void>) =>
      serve(
        app,
        async ({ api, invoke }) => {
          const pid = (await invoke('browser')).json() as number
          await api.idle()
          await invoke('fine')
          await look(pid)
        },
        { plugin: { keepProcesses } },
      )
    // What is killed takes a moment to be gone.
    await withBrowser(false, async (pid) => {
      await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false)
    })
    await withBrowser(true, async (pid) => {
      await sleep(200)
      expect(isRunning(pid)).toBe(true)
    })
  })

  test('packages of layers and of the task root are found by require, unless NODE_PATH says otherwise', async () => {
    const [major] = process.versions.node.split('.')
    const layers = `/opt/nodejs/node${major}/node_modules:/opt/nodejs/node_modules`
    await serve(app, async ({ invoke }) => {
      expect((await invoke('environment')).json()).toEqual([`${layers}:${app.root}`, true, process.execPath])
    })
    await serve({ ...app, variables: { NODE_PATH: '/own' } }, async ({ invoke }) => {
      expect((await invoke('environment')).json()).toEqual(['/own', true, process.execPath])
    })
  })
})

/** As `test/tools/fetch-older-node.sh` brings it. */
const olderNode = fileURLToPath(new URL('../../../.cache/node-22', import.meta.url))

describe('a Node of the function', { timeout }, () => {
  const layers = '/opt/nodejs/node22/node_modules:/opt/nodejs/node_modules'
  const variables = { PATH: `${olderNode}:${process.env['PATH']}` }

  test.each([1, 2])('runs the handlers, and has its own folder of layers: %i at a time', async (concurrency) => {
    await serve(
      { ...app, variables },
      async ({ invoke }) => {
        expect((await invoke('version')).json()).toEqual(['22', `${layers}:${app.root}`, true])
        expect((await errorOf({ invoke } as Served, 'exit')).errorType).toBe('Runtime.ExitError')
        expect((await invoke('print')).kind).toBe('response')
      },
      { plugin: { interpreter: 'node22' }, concurrency },
    )
  })

  test('leaves a NODE_PATH of its own alone', async () => {
    const own = { ...variables, NODE_PATH: '/opt/nodejs/node24/own' }
    await serve(
      { ...app, variables: own },
      async ({ invoke }) => {
        expect((await invoke('environment')).json()).toEqual(['/opt/nodejs/node24/own', true, expect.any(String)])
      },
      { plugin: { interpreter: join(olderNode, 'node22') } },
    )
  })
})

/** Gone, or waiting for its parent to notice. */
function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}/fd/0`)
}

describe('handlers of other forms', { timeout }, () => {
  const typed =
    'interface Event { readonly name: string }\nexport const handler = async ({ name }: Event): Promise<string> => `typed ${name}`\n'

  test.each(['app.ts', 'app.mts'])('types are stripped: %s', async (file) => {
    const root = taskFolder({ [file]: typed })
    await serve({ root, handler: 'app.handler' }, async ({ invoke, records }) => {
      expect((await invoke({ name: 'x' })).json()).toBe('typed x')
      expect(records.filter((record) => !record.includes('MODULE_TYPELESS_PACKAGE_JSON'))).toEqual([])
    })
  })

  test('what is more than types is refused', async () => {
    const root = taskFolder({ 'app.mts': 'enum Kind { A }\nexport const handler = async () => Kind.A\n' })
    await serve({ root, handler: 'app.handler' }, async ({ invoke }) => {
      expect((await invoke(1)).json()).toMatchObject({ errorType: 'Runtime.UserCodeSyntaxError' })
    })
  })

  test('a file in full, and a package with the name of the language', async () => {
    const root = taskFolder({
      'my.app.mjs': 'export const handler = async () => "whole name"\n',
      'node_modules/pack/index.js': 'exports.handler = async () => "package"\n',
      'node_modules/pack/sub.js': 'exports.handler = async () => "of a package"\n',
    })
    const answers = {
      'my.app.mjs': 'whole name',
      'javascript:pack.handler': 'package',
      'javascript:pack/sub.handler': 'of a package',
    }
    for (const [handler, answer] of Object.entries(answers)) {
      await serve({ root, handler }, async ({ invoke }) => {
        expect((await invoke(1)).json()).toBe(answer)
      })
    }
  })

  test('an interpreter that is not there is named with its cure', async () => {
    await serve(
      app,
      async ({ invoke }) => {
        expect((await invoke(1)).json()).toMatchObject({
          errorType: 'Runtime.InterpreterNotFound',
          errorMessage: expect.stringContaining('plugins.javascript.options.interpreter'),
        })
      },
      { plugin: { interpreter: './not/there' } },
    )
  })
})
