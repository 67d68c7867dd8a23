import { describe, expect, it } from 'vitest'
import { anyhandler } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'

const config = `
routes:
  GET /links/{slug}: list
  POST /orders: order
sources:
  - { from: sqs, queue: orders-*, run: worker, unwrap: true }
  - { from: "*", run: nowhere }
handlers:
  worker: { run: 'bash:work', each: true }
  order: { run: [list.sql, work.sh] }
`
const files = { 'anyhandler.config.yaml': config, 'list.sql': 'SELECT 1;\n', 'work.sh': 'cat\n' }

describe('anyhandler plugins --routes', () => {
  it('lists each row with its handler, file and language, and says which one leads nowhere', async () => {
    const { stdout, exitCode } = await anyhandler(['plugins', '--routes'], { cwd: folder(files) })
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.replaceAll(/  +/g, ' | ')),
    ).toEqual([
      'FROM | HANDLER | FILE | LANGUAGE',
      'GET /links/{slug} | list | list.sql | sql',
      'POST /orders | order | list.sql, work.sh | sql, bash',
      'sqs queue=orders-* unwrap | worker | work.sh | bash',
      expect.stringMatching(/^\* \| nowhere \| — the handler 'nowhere' was not found in /) as string,
    ])
    expect(exitCode).toBe(1)
  })

  it('says the same as JSON', async () => {
    const { stdout, exitCode } = await anyhandler(['plugins', '--routes', '--json'], {
      cwd: folder({ ...files, 'nowhere.sh': '' }),
    })
    expect(JSON.parse(stdout)).toContainEqual({ from: '*', run: 'nowhere', files: ['nowhere.sh'], languages: ['bash'] })
    expect(exitCode).toBe(0)
  })
})
