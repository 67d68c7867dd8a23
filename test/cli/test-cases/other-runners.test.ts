import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { folder } from '../../support/folder.ts'

const root = join(import.meta.dirname, '../../..')
const page = readFileSync(join(root, 'docs/testing-handlers.md'), 'utf8')

/** The page's code in a language, as it stands there; `npx` is spared, whose own start takes longest. */
function code(language: string, holding: string): string {
  const blocks = [...page.matchAll(/^```(?<language>\w+)\n(?<code>[^]*?)^```$/gm)]
  const found = blocks.find(({ groups }) => groups?.['language'] === language && groups['code']?.includes(holding))
  const text = found?.groups?.['code']
  if (text === undefined) throw new Error(`the page has no ${language} with ${holding}`)
  return text
}

const options = {
  cwd: root,
  reject: false,
  all: true,
  env: { AWS_REGION: 'eu-central-1', PYTHONDONTWRITEBYTECODE: '1' },
} as const

describe('the lines of docs/testing-handlers.md', () => {
  it('run with pytest: a test for each case', async () => {
    const file = join(folder({}), 'test_links.py')
    writeFileSync(file, code('python', 'pytest').replace('"npx", "anyhandler"', '"node_modules/.bin/anyhandler"'))
    const { all, exitCode } = await execa('python3', ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', file], {
      ...options,
      env: { ...options.env, PYTHONPATH: join(root, '.cache/pytest') },
    })
    expect(all).toMatch(/^\d{2,} passed/m)
    expect(exitCode).toBe(0)
  })

  it('run with bats', async () => {
    const file = join(folder({}), 'links.bats')
    writeFileSync(file, code('bash', '@test').replaceAll('npx anyhandler', 'node_modules/.bin/anyhandler'))
    const { all, exitCode } = await execa(join(root, 'node_modules/bats/bin/bats'), ['--tap', file], options)
    expect(all).toContain('ok 1 a link that there is not')
    expect(exitCode).toBe(0)
  })

  it('run with node:test', async () => {
    const text = code('js', 'openFunction')
      .replace(
        "import { expect, test } from 'vitest'",
        "import { test } from 'node:test'\nimport { equal } from 'node:assert/strict'\nconst expect = (got) => ({ toBe: (wanted) => equal(got, wanted) })",
      )
      .replace('@anyhandler/core/testing', pathToFileURL(join(root, 'core/dist/testing/index.js')).href)
    const file = join(folder({}), 'links.test.mjs')
    writeFileSync(file, text)
    const { all, exitCode } = await execa(process.execPath, ['--test', file], {
      ...options,
      env: { ...options.env, LINKS_DATABASE: join(folder({}), 'links.db') },
    })
    expect(all).toContain('pass 1')
    expect(exitCode).toBe(0)
  })
})
