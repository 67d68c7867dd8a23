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

/** The blocks of the page that name their file in the first line; that line stays, as it does when somebody copies the block. */
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
    expect(Object.keys(files)).toEqual(['plugins/template.js', 'anyhandler.config.yaml', 'hello.tmpl'])
    expect(files['plugins/template.js']!.trimEnd().split('\n').length).toBeLessThanOrEqual(25)
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
