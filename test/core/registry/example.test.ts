import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Invocation, Plugin, PluginEnv } from '@anyhandler/core'
import { loadConfig } from '../../../core/src/config/config.ts'
import { normalise } from '../../../core/src/response/normalise.ts'
import { Registry } from '../../../core/src/registry/registry.ts'
import { findHandler } from '../../../core/src/find-handler/find-handler.ts'
import { taskFolder } from '../../support/task-folder.ts'

const page = readFileSync(new URL('../../../docs/writing-a-plugin.md', import.meta.url), 'utf8')

/**
 * The blocks of the page that name their file in the first line; that line stays, as it does when somebody copies the
 * block.
 */
function pageFiles(): Record<string, string> {
  const blocks = page.matchAll(/^```\w+\n(?<text>(?:\/\/|#|<!--) (?<file>[\w./-]+)[^\n]*\n[^]*?)^```/gm)
  return Object.fromEntries([...blocks].map(({ groups }) => [groups!.file!, groups!.text!]))
}

async function start(): Promise<{
  plugin: Plugin
  answerTo: (event: string) => Promise<{ body: string; contentType: string }>
}> {
  const taskRoot = taskFolder(pageFiles())
  const core = join(taskRoot, 'node_modules/@anyhandler/core')
  mkdirSync(dirname(core), { recursive: true })
  symlinkSync(join(import.meta.dirname, '../../../core'), core)
  writeFileSync(join(taskRoot, 'package.json'), '{"type":"module"}')
  const config = await loadConfig(taskRoot)
  const registry = new Registry({}, config, taskRoot)
  const handler = findHandler('hello', { taskRoot, languages: registry.languages, handlers: config.handlers })
  const plugin = await registry.load(handler.plugin)
  await plugin.setup({ taskRoot, handlers: [handler] } as unknown as PluginEnv)
  return {
    plugin,
    answerTo: async (event) => {
      const { body, contentType } = normalise(
        await plugin.invoke({ event: Buffer.from(event), handler } as unknown as Invocation),
      )
      return { body: Buffer.from(body as Uint8Array).toString(), contentType }
    },
  }
}

describe('the example of "Writing a plugin"', () => {
  it('consists of a plugin of at most 25 lines, a configuration and a handler', () => {
    const files = pageFiles()
    expect(Object.keys(files)).toEqual([
      'plugins/template.mjs',
      'anyhandler.config.yaml',
      'hello.tmpl',
      'plugins/awk.mjs',
    ])
    expect(files['plugins/template.mjs']!.trimEnd().split('\n').length).toBeLessThanOrEqual(25)
  })

  it('gives the answer that the page shows', async () => {
    const { answerTo } = await start()
    const [, event, shown] = /anyhandler invoke hello --event '(.+)'\n([^]*?)```/.exec(page)!
    expect(await answerTo(event!)).toEqual({ body: shown, contentType: 'text/html' })
  })

  it('fails as the handler when a value is missing, and answers the next event', async () => {
    const { plugin, answerTo } = await start()
    await expect(answerTo('{}')).rejects.toMatchObject({
      errorType: 'Template.MissingValue',
      message: "hello: the event has no 'name'",
    })
    expect(await answerTo('{"name":"again"}')).toMatchObject({ body: expect.stringContaining('Hello again!') })
    await plugin.cleanup({} as PluginEnv)
  })
})

describe('the page "Writing a plugin"', () => {
  it('tells how long the examples are, as they are counted', () => {
    const lines = (file: string): number =>
      readFileSync(new URL(`../../../examples/${file}`, import.meta.url), 'utf8')
        .trimEnd()
        .split('\n').length
    const perl = `${lines('custom-plugin/index.js')} lines of JavaScript and a driver of ${lines('custom-plugin/driver/driver.pl')}`
    const ruby = `has ${lines('plugin-ruby/index.js')} and ${lines('plugin-ruby/driver/driver.rb')}`
    expect(page).toContain(`${perl}; \`examples/plugin-ruby\` ${ruby}.`)
    expect(page).toContain(`\`examples/plugin-handlebars\`, ${lines('plugin-handlebars/index.js')} lines`)
  })

  /** Names of the members of an interface in a source file. */
  const members = (file: string, name: string): readonly string[] => {
    const text = readFileSync(new URL(`../../../core/src/${file}`, import.meta.url), 'utf8')
    const body = new RegExp(`^export (?:interface|class) ${name}\\b[^]*?^\\}`, 'm').exec(text)?.[0] ?? ''
    return [...body.matchAll(/^ {2}(?:readonly |async )?(?<member>[a-z]\w*)(?:\?|\(|:|<)/gm)].map(
      (found) => found.groups!['member']!,
    )
  }
  const child = readFileSync(new URL('../../../docs/child-languages.md', import.meta.url), 'utf8')

  it.each<[string, string, string, string]>([
    ['childPlugin()', 'child/child-language.ts', 'ChildLanguage', child],
    ["a driver's command", 'child/child-language.ts', 'DriverCommand', child],
    ['a Lane', 'lane/lane.ts', 'Lane', page],
    ['a LanePool', 'lane/pool.ts', 'LanePool', page],
    ['a request', 'http/request.ts', 'HttpRequest', page],
    ['env', 'contract.ts', 'PluginEnv', page],
    ['a handler', 'contract.ts', 'HandlerRef', page],
    ['an invocation', 'contract.ts', 'Invocation', page],
  ])('has a row for each member of %s', (_, file, name, text) => {
    const all = members(file, name).filter((member) => member !== 'constructor')
    expect(all.length).toBeGreaterThan(2)
    const rows = text.split('\n').filter((line) => line.startsWith('| `'))
    expect(
      all.filter((member) => !rows.some((row) => new RegExp(`\`${member}\\b`).test(row.split('|')[1] ?? ''))),
    ).toEqual([])
  })
})
