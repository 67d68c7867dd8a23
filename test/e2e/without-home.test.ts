import { chmodSync } from 'node:fs'
import { execa } from 'execa'
import { expect, it } from 'vitest'
import { bin } from '../support/command.ts'
import { folder } from '../support/folder.ts'

/** Lambda's user is in no password file and has no HOME; only root can become such a user. */
it.runIf(process.getuid?.() === 0)('a YAML configuration is read for a user without a home folder', async () => {
  const root = folder({ 'one.sql': 'SELECT 1 one;\n', 'anyhandler.config.yaml': 'handlers:\n  main: sql:one\n' })
  chmodSync(root, 0o755)
  const { stdout, stderr } = await execa(
    'setpriv',
    ['--reuid', '4321', '--regid', '4321', '--clear-groups', process.execPath, bin, 'invoke', 'main', '--root', root],
    { extendEnv: false, env: { PATH: '/usr/bin:/bin', AWS_REGION: 'eu-central-1' }, stdin: 'ignore', reject: false },
  )
  expect(stderr).toBe('')
  expect(stdout).toBe('{"one":1}')
})
