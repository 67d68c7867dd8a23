import { describe, expect, test } from 'vitest'
import type { Plugin, PluginFactory } from '@anyhandler/core'
import { filterPlugin } from '@anyhandler/bash/filter'
import type { FilterLanguage, FilterOptions } from '@anyhandler/bash/filter'
import { serveOne } from '../../support/serve-plugin.ts'
import { taskFolder } from '../../support/task-folder.ts'

/** A handler of a language made by `filterPlugin`, and one event. */
const answer = (language: FilterLanguage, code: string, event: string, options: FilterOptions = {}) => {
  const factory = filterPlugin(language)
  const taskRoot = taskFolder({ [`hello${language.extensions[0]}`]: code })
  return serveOne(factory as PluginFactory, { taskRoot, handler: 'hello', event, options })
}

// The kit runs with the project that `npm create anyhandler -- --template plugin --kind filter` makes:
// test/e2e/packages.test.ts.
describe('any interpreter', () => {
  test.each<[FilterLanguage, string, string, string]>([
    [
      { name: 'awk', extensions: ['.awk'], interpreter: ['awk', '-f'] },
      '{ n += length($0) } END { printf "{\\"bytes\\":%d}", n }',
      '{"a":1}',
      '{"bytes":7}',
    ],
    [
      { name: 'jq', extensions: ['.jq'], interpreter: ['jq', '-c', '-f'] },
      '{sum: (.a + .b)}',
      '{"a":1,"b":2}',
      '{"sum":3}\n',
    ],
    [
      { name: 'sed', extensions: ['.sed'], interpreter: ['sed', '-f'] },
      's/World/Moon/',
      '{"name":"World"}',
      '{"name":"Moon"}',
    ],
  ])('is a language in one line: %o', async (language, code, event, expected) => {
    const outcome = await answer(language, code, event)
    expect(outcome.text()).toBe(expected)
  })

  test('fails with its exit status and what it wrote to standard error', async () => {
    const outcome = await answer(
      { name: 'awk', extensions: ['.awk'], interpreter: ['awk', '-f'] },
      'BEGIN { print "no" > "/dev/stderr"; exit 4 }',
      '{}',
    )
    expect(outcome.json()).toMatchObject({
      errorType: 'Function.ExitStatus',
      errorMessage: 'the handler ended with exit status 4: no',
      stackTrace: ['log: no'],
    })
    const broken = await answer({ name: 'sed', extensions: ['.sed'], interpreter: ['sed', '-f'] }, 's/World', '{}')
    expect(broken.text()).toMatch(/exit status 1: \S*sed: file .*hello\.sed line 1: unterminated/)
  })

  test('that is missing is an error of the start, with its cure', async () => {
    const language: FilterLanguage = {
      name: 'lua',
      extensions: ['.lua'],
      interpreter: 'lua-not-there',
      cure: 'install Lua',
    }
    expect((await answer(language, '', '{}')).text()).toContain('lua-not-there was not found on PATH; install Lua')
    const path = await answer(language, '', '{}', { interpreter: './bin/lua' })
    expect(path.text()).toContain('./bin/lua is not an executable program')
  })

  test('takes options that are checked', () => {
    const awk = filterPlugin({ name: 'awk', extensions: ['.awk'], interpreter: ['awk', '-f'] })
    expect(() => awk({ interpretor: 'gawk' } as FilterOptions) as Plugin).toThrow(
      /plugins\.awk\.options\.interpretor is not known \(did you mean 'interpreter'\?\)/,
    )
  })
})
