import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { bin } from '../../support/command.ts'
import { taskFolder } from '../../support/task-folder.ts'

/** Root reads every file; only root can become another user. */
test.runIf(process.getuid?.() === 0).each(['hello', 'hello.answer'])(
  'a script that may not be read is one sentence with its cure: %s',
  async (handler) => {
    const root = taskFolder({ 'hello.sh': 'answer() { echo hi; }\n' })
    chmodSync(root, 0o755)
    chmodSync(join(root, 'hello.sh'), 0o000)
    const { stdout } = await execa(
      'setpriv',
      ['--reuid=4321', '--regid=4321', '--clear-groups', process.execPath, bin, 'invoke', handler, '--root', root],
      { stdin: 'ignore', reject: false },
    )
    expect(JSON.parse(stdout)).toEqual({
      errorType: 'Runtime.ImportModuleError',
      errorMessage: `${root}/hello.sh can't be read: permission denied; give it the read bit (chmod a+r)`,
      stackTrace: [],
    })
  },
)
