import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anyhandler } from '../../support/command.ts'

const examples = join(import.meta.dirname, '../../../examples')
const names = readdirSync(examples, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
)

/** Their handlers lie deeper. */
const folders: Readonly<Record<string, string>> = {
  'custom-plugin': 'custom-plugin/test/cases',
  'plugin-handlebars': 'plugin-handlebars/test/cases',
  'plugin-ruby': 'plugin-ruby/test/cases',
}

describe('the cases of examples', () => {
  it.each(names)('%s pass', async (name) => {
    const { stdout, stderr, exitCode } = await anyhandler(['test', join(examples, folders[name] ?? name)])
    expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 0, stderr: '' })
    expect(stdout).toMatch(/^\d+ passed in /m)
  })
})
