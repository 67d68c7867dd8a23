import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HostError } from '@anyhandler/core'
import bash from '@anyhandler/bash'
import type { BashOptions } from '@anyhandler/bash'
import { describe, expect, test } from 'vitest'
import { taskFolder } from '../../support/task-folder.ts'
import { serve } from './serve.ts'

const version = 'echo "$BASH_VERSION $WHO"\n'

async function answer(
  root: string,
  options: BashOptions,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  return serve({ root, handler: 'hello', options, environment }, async ({ invoke }) => (await invoke({})).text())
}

/** Becomes the system's bash, and says by whom. */
const wrapper = (who: string) => `#!/bin/sh\nWHO=${who} PATH=${process.env['PATH']} exec bash "$@"\n`

describe('the interpreter', () => {
  test('is bash on PATH', async () => {
    const root = taskFolder({ 'hello.sh': version, 'bin/bash*': wrapper('path') })
    expect(await answer(root, {}, { PATH: `${join(root, 'bin')}:${process.env['PATH']}` })).toMatch(/^5\.\S+ path\n$/)
  })

  test('is another one on PATH, or at a path, absolute or relative to the task root', async () => {
    const root = taskFolder({ 'hello.sh': version, 'bin/my-bash*': wrapper('named') })
    expect(
      await answer(root, { interpreter: 'my-bash' }, { PATH: `${join(root, 'bin')}:${process.env['PATH']}` }),
    ).toMatch(/ named\n$/)
    expect(await answer(root, { interpreter: './bin/my-bash' })).toMatch(/ named\n$/)
    expect(await answer(root, { interpreter: join(root, 'bin/my-bash') })).toMatch(/ named\n$/)
  })

  test('that is missing is one sentence with its cure, at the start', async () => {
    const root = taskFolder({ 'hello.sh': version })
    expect(JSON.parse(await answer(root, { interpreter: 'no-such-bash' }))).toMatchObject({
      errorType: 'Runtime.InterpreterNotFound',
      errorMessage: expect.stringMatching(
        /^no-such-bash was not found on PATH; install bash 5\.1 or later .*plugins\.bash\.options\.interpreter$/,
      ) as string,
    })
  })

  test('that is too old is one sentence, at the start', async () => {
    // Another bash than the driver needs: the one at hand, and a driver that needs a later one.
    const root = taskFolder({
      'hello.sh': version,
      'old*':
        '#!/bin/sh\ndriver=$(dirname "$0")/driver.bash\nsed "s/-lt 501/-lt 99901/" "$1" >"$driver"\nexec bash "$driver"\n',
    })
    expect(JSON.parse(await answer(root, { interpreter: './old' }))).toMatchObject({
      errorType: 'Runtime.InterpreterTooOld',
      errorMessage: expect.stringMatching(
        /^bash handlers need bash 5\.1 or later, and \/\S+ is 5\.\d+\.\d+; install a newer one, .*plugins\.bash\.options\.interpreter$/,
      ) as string,
    })
  })

  test('that is no bash is one sentence, at the start', async () => {
    const root = taskFolder({ 'hello.sh': version })
    expect(JSON.parse(await answer(root, { interpreter: 'dash' }))).toMatchObject({
      errorType: 'Runtime.InterpreterInvalid',
      errorMessage:
        'the interpreter of bash handlers is not bash; name bash 5.1 or later in plugins.bash.options.interpreter',
    })
  })
})

describe('options', () => {
  const refused: readonly (readonly [unknown, string])[] = [
    ['strict', "plugins.bash.options is 'strict'; it must be a mapping"],
    [
      { strikt: true },
      "plugins.bash.options.strikt is not known (did you mean 'strict'?); there are interpreter, strict, answer, statuses, contentType and errorOutput",
    ],
    [{ strict: 'yes' }, "plugins.bash.options.strict is 'yes'; it must be true or false"],
    [{ answer: 'fd3' }, "plugins.bash.options.answer is 'fd3'; it must be stdout or stderr"],
    [
      { statuses: { 300: 404 } },
      'plugins.bash.options.statuses.300 is not a usable key; it must be an exit status from 0 to 255',
    ],
    [
      { statuses: { 4: 'gone' } },
      "plugins.bash.options.statuses.4 is 'gone'; it must be an HTTP status from 100 to 599",
    ],
    [{ statuses: 404 }, 'plugins.bash.options.statuses is 404; it must be exit statuses with HTTP statuses, such as'],
    [{ interpreter: '' }, "plugins.bash.options.interpreter is ''; it must be the name or the path of a bash"],
    [{ contentType: 'a\nb' }, "plugins.bash.options.contentType is 'a\\nb'; it must be a content type"],
    [{ errorOutput: 0 }, 'plugins.bash.options.errorOutput is 0; it must be true or false'],
  ]

  test.each(refused)('%j is refused', (options, sentence) => {
    try {
      void bash(options as BashOptions)
    } catch (error) {
      expect(HostError.is(error) && error.code).toBe('Runtime.InvalidConfiguration')
      expect((error as Error).message).toContain(sentence)
      return
    }
    expect.unreachable('nothing was thrown')
  })

  test('are all in docs/bash.md', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/bash.md'), 'utf8')
    for (const option of ['interpreter', 'strict', 'answer', 'statuses', 'contentType', 'errorOutput'])
      expect(page).toMatch(new RegExp(`\\| \`${option}[\`:]`))
  })
})
