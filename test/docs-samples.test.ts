import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pluginPackage } from '../cli/src/artifacts/language-package.ts'
import { builtIns } from '../cli/src/built-ins.ts'
import { allCommands } from '../cli/src/main.ts'
import { packageFaults } from '../cli/src/plugin-check/package-faults.ts'
import { checkOptions } from '../core/src/check-options.ts'
import { loadConfig } from '../core/src/config/config.ts'
import { findHandler } from '../core/src/find-handler/find-handler.ts'
import { Registry } from '../core/src/registry/registry.ts'
import { caseNames } from '../core/src/testing/conformance/case-names.ts'
import { outputLike } from './support/docs/console.ts'
import { fences, pages, root } from './support/docs/fences.ts'
import type { Fence } from './support/docs/fences.ts'
import { checks } from './support/docs/samples.ts'
import { folder } from './support/folder.ts'

/** Samples that another test runs as they stand. */
const elsewhere: readonly (readonly [holding: string, test: string])[] = [
  ['@test "', 'test/cli/test-cases/other-runners.test.ts: by bats'],
]

/** Blocks of `text`: what they show, by the page and a part of them, and what holds it. */
const shown: readonly (readonly [page: string, holding: string, heldBy: string])[] = [
  ['docs/architecture.md', '→ nothing', 'test/imports.test.ts'],
  ['docs/batches.md', 'WARN  7 of 10 records', 'wording of test/core/batches'],
  ['docs/child-languages.md', 'driver → host', 'test/core/child/transcript.test.ts'],
  ['docs/configuration.md', 'did you mean', 'this test'],
  ['docs/debugging.md', 'anyhandler trace', 'test/core/child/lane/traced.test.ts'],
  ['docs/deploying.md', '/opt/bootstrap', 'a list of files; test/cli/artifacts/layer.test.ts'],
  ['docs/handlers.md', "the handler 'helo'", 'this test'],
  ['docs/performance.md', 'bytes an event', 'figures of one measurement'],
  ['docs/sql.md', 'UNIQUE constraint failed', 'wording of test/plugins/sql'],
  ['docs/testing-handlers.md', '✗ a link leads on', 'wording of test/cli/test-cases/reporters.test.ts'],
  ['docs/writing-a-plugin.md', 'plugins.template.options', 'this test'],
  ['docs/writing-a-plugin.md', 'is not a plugin', 'this test'],
]

const samples = fences.filter(({ text }) => !elsewhere.some(([holding]) => text.includes(holding)))
const placeOf = ({ page, line }: Fence): string => `${page}:${line}`
const blockWith = (page: string, holding: string): Fence | undefined =>
  fences.find((fence) => fence.page === page && fence.text.includes(holding))

describe('the samples of all pages', () => {
  it('are in languages that are checked', () => {
    const known = ['console', 'json', 'text', ...Object.keys(checks)]
    expect(fences.filter(({ language }) => !known.includes(language)).map(placeOf)).toEqual([])
    expect(fences.length).toBeGreaterThan(130)
  })

  it.each(Object.entries(checks))('in %s are read by its own tool', async (language, check) => {
    const own = samples.filter((sample) => sample.language === language)
    expect(own).not.toEqual([])
    expect(await check(own)).toEqual([])
  })

  it('that are JSON are a package, what it says for a bundle, or a table of the conformance kit', () => {
    const unknown = samples
      .filter(({ language }) => language === 'json')
      .flatMap((sample) => {
        const content = JSON.parse(sample.text) as Readonly<Record<string, unknown>>
        if (Object.keys(content).every((key) => Object.hasOwn(caseNames, key))) return []
        const manifest = { name: 'anyhandler-plugin-x', version: '1.0.0', exports: './index.js', ...content }
        const own = { anyhandlerPlugin: { name: 'x', extensions: ['.x'] }, ...manifest }
        const root = folder({ 'package.json': JSON.stringify(own), 'index.js': '', 'driver/x': '' })
        const { folder: found } = pluginPackage('anyhandler-plugin-x', join(root, 'index.js'))
        return found === root && packageFaults(pluginPackage('x', join(root, 'index.js'))).length === 0
          ? []
          : placeOf(sample)
      })
    expect(unknown).toEqual([])
  })

  it('that are text are known, and why they are right', () => {
    const texts = fences.filter(({ language }) => language === 'text')
    const entryOf = ({ page, text }: Fence) => shown.find(([of, holding]) => of === page && text.includes(holding))
    expect(texts.filter((fence) => !entryOf(fence)).map(placeOf)).toEqual([])
    expect(shown.filter((entry) => !texts.some((fence) => entryOf(fence) === entry))).toEqual([])
    expect(elsewhere.filter(([holding]) => !fences.some(({ text }) => text.includes(holding)))).toEqual([])
  })
})

describe('command lines within sentences', () => {
  it('name commands, forms and flags that there are', async () => {
    const commands = await allCommands()
    const spans = pages.flatMap((page) => {
      const prose = readFileSync(join(root, page), 'utf8').replaceAll(/^ *```[^]*?^ *```/gm, '')
      return [...prose.matchAll(/`(?:npx )?anyhandler (?<line>[a-z][^`\n]*)`/g)].map(({ groups }) => ({
        page,
        line: groups?.['line'] ?? '',
      }))
    })
    expect(spans.length).toBeGreaterThan(40)
    const wrong = spans.flatMap(({ page, line }) => {
      const [name = '', ...words] = line.split(/[\s=]+/)
      if (name === 'help') return []
      const command = commands.find((one) => one.name === name)
      const flags = words.flatMap((word) => /^--(?<flag>[a-z][a-z0-9-]*)/.exec(word)?.groups?.['flag'] ?? [])
      const isFine = command && flags.every((flag) => flag === 'help' || Object.hasOwn(command.flags, flag))
      return isFine ? [] : `${page}: anyhandler ${line}`
    })
    expect(wrong).toEqual([])
  })

  it('name scripts of the package that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }
    const own = pages.filter((page) => !page.startsWith('create-anyhandler/templates/'))
    const named = own.flatMap((page) =>
      [...readFileSync(join(root, page), 'utf8').matchAll(/npm run (?:-s )?(?<script>[\w:]+)/g)].map(({ groups }) => ({
        page,
        script: groups?.['script'] ?? '',
      })),
    )
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter(({ script }) => !Object.hasOwn(scripts, script))).toEqual([])
  })
})

function refusal(work: () => unknown): string {
  try {
    work()
    return 'nothing is wrong'
  } catch (error) {
    return (error as Error).message
  }
}

describe('messages that a page shows', () => {
  it('of a wrong configuration are what the host says', async () => {
    const said = await Promise.all(
      [
        { 'anyhandler.config.yaml': 'concurency: 4\n' },
        { 'anyhandler.config.yaml': 'concurrency: four\n' },
        { 'anyhandler.config.yaml': 'plugins: { perl: { package: x, extensions: [.pm, pl] } }\n' },
        { 'anyhandler.config.json': '{\n  "concurrency":\n}\n' },
      ].map((files) =>
        loadConfig(folder(files)).then(
          () => 'nothing is wrong',
          (error: Error) => error.message,
        ),
      ),
    )
    const { text = '' } = blockWith('docs/configuration.md', 'did you mean') ?? {}
    expect(said.join('\n')).toMatch(outputLike(text.trimEnd().split('\n')))
  })

  it('of a handler that is not found are what the host says', async () => {
    const said = await Promise.all(
      (
        [
          ['helo', { 'hello.sh': '' }],
          ['hello', { 'hello.sh': '', 'hello.sql': '' }],
          ['hello', { 'hello.rb': '' }],
        ] as const
      ).map(async ([name, files]) => {
        const root = folder(files)
        const { languages } = new Registry(builtIns, await loadConfig(root), root)
        return refusal(() => findHandler(name, { taskRoot: root, languages, handlers: {} })).replace(root, '/var/task')
      }),
    )
    const { text = '' } = blockWith('docs/handlers.md', "the handler 'helo'") ?? {}
    expect(said.join('\n')).toMatch(outputLike(text.trimEnd().split('\n')))
  })

  it('of a plugin that is none are what the host says', async () => {
    const root = folder({
      'plugins/template.mjs':
        "export default () => ({ name: 'tmpl', extensions: ['.tmpl'], setup() {}, invoke() {} })\n",
      'anyhandler.config.yaml': 'plugins: { template: { package: ./plugins/template.mjs, extensions: [.tmpl] } }\n',
      'package.json': '{ "type": "module" }',
    })
    const registry = new Registry({}, await loadConfig(root), root)
    const { text = '' } = blockWith('docs/writing-a-plugin.md', 'is not a plugin') ?? {}
    await expect(registry.load('template')).rejects.toThrow(text.trimEnd())
  })

  it('of wrong options of a plugin are what checkOptions says', () => {
    const { text: rules = '' } = blockWith('docs/writing-a-plugin.md', 'const rules = {') ?? {}
    const [, table = ''] = /const rules = (\{[^]*?\n\})/.exec(rules) ?? []
    // The table as the page has it.
    const check = (given: unknown): string =>
      refusal(() => checkOptions('plugins.template.options', given, new Function(`return ${table}`)() as never))
    const { text = '' } = blockWith('docs/writing-a-plugin.md', 'plugins.template.options.depth') ?? {}
    expect(`${check({ depth: 11 })}\n${check({ contenttype: 'x' })}\n`).toBe(text)
  })
})
