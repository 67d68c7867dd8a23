import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { entryFile, hostFolder } from '../../../cli/src/artifacts/bootstrap.ts'
import { taskFolder } from '../../support/task-folder.ts'

/** Stands in for Node: says which options it was started with. */
const node = '#!/bin/sh\nprintf "%s|%s" "${NODE_OPTIONS-unset}" "${ANYHANDLER_NODE_OPTIONS-unset}"\n'

describe('NODE_OPTIONS of a function', () => {
  test.each(['provided.al2023', 'nodejs24.x', 'python3.13'] as const)('is not for the host: %s', (runtime) => {
    const { path, script } = entryFile(runtime)
    const folder = taskFolder({ [path]: script, [`${hostFolder}/node`]: node })
    const start = (options: Readonly<Record<string, string>>): string =>
      execFileSync(
        'sh',
        [
          '-c',
          'chmod +x "$0" "$1"; exec "$0" "$1" --flag /var/runtime/index.mjs',
          join(folder, path),
          join(folder, hostFolder, 'node'),
        ],
        {
          encoding: 'utf8',
          env: { PATH: process.env['PATH'], ...options },
        },
      )
    expect(start({ NODE_OPTIONS: '--import ./a "b".mjs' })).toBe('unset|--import ./a "b".mjs')
    expect(start({})).toBe('unset|unset')
  })
})
