import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { writeFiles } from './folder.ts'

/** A folder with these files for the tests of a `describe`. */
export function keptFolder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'anyhandler-test-')))
  writeFiles(root, files)
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  return root
}
