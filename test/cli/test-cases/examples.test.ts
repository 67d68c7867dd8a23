import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anyhandler } from '../../support/command.ts'

const examples = join(import.meta.dirname, '../../../examples')
const names = readdirSync(examples, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
)

/** A package's handlers are those of its tests. */
function folderOf(name: string): string {
  const deeper = join(examples, name, 'test/cases')
  return existsSync(deeper) ? deeper : join(examples, name)
}

describe('the cases of examples', () => {
  it.each(names)('%s pass', async (name) => {
    const { stdout, stderr, exitCode } = await anyhandler(['test', folderOf(name)])
    expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 0, stderr: '' })
    expect(stdout).toMatch(/^\d+ passed in /m)
  })
})
