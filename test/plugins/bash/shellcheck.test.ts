import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const installed = spawnSync('shellcheck', ['--version']).status === 0
const files = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.sh', '*.bash', '.ci/run'],
  { cwd: root, encoding: 'utf8' },
)
  .split('\n')
  // What handlers of tests do wrong, they do wrong on purpose.
  .filter((file) => file !== '' && !/^(test\/(cases|soak)|bench)\/|\/handlers\//.test(file))

describe.skipIf(!installed)('ShellCheck', () => {
  test.each(files)('finds nothing in %s', (file) => {
    const { stdout } = spawnSync('shellcheck', ['--shell=bash', file], { cwd: root, encoding: 'utf8' })
    expect(stdout).toBe('')
  })

  test('looks at the driver', () => {
    expect(files).toContain('plugins/bash/driver/start.bash')
  })
})
