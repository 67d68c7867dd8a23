import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { hostTree } from '../../../cli/src/artifacts/host-tree.ts'
import { folder } from '../../support/folder.ts'
import { cannotLimitMemory, memoryGroup } from '../../support/memory-group.ts'
import { writeTree } from '../../support/write-tree.ts'

const megabyte = 2 ** 20
/** The smallest function of Lambda's. */
const limit = 128 * megabyte
const more = Number(process.env['ANYHANDLER_TEST_MEGABYTES'] ?? 60) * megabyte

/** Handlers that answer, and handlers that hold so many bytes more at once. */
const handlers = {
  'hello.sh': 'echo hello\n',
  'hello.sql': "SELECT 'hello' body;\n",
  'hello.py': 'def handler(event, context): return "hello"\n',
  'large.sh': `head -c ${more} /dev/zero | tail -c ${more} | wc -c\n`,
  'large.sql': `SELECT length(randomblob(${more})) body;\n`,
  'large.py': `def handler(event, context): return len(b"x" * ${more})\n`,
}

describe.skipIf(cannotLimitMemory)('a function of 128 MB', () => {
  let layer: string

  beforeAll(async () => {
    layer = mkdtempSync(join(tmpdir(), 'anyhandler-memory-'))
    const arch = process.arch === 'arm64' ? 'arm64' : 'x64'
    const languages = ['bash', 'sql', 'python']
    writeTree(await hostTree({ runtime: 'provided.al2023', arch, languages }), layer)
  }, 180_000)

  afterAll(() => rmSync(layer, { recursive: true, force: true }))

  it.each([
    ['sh', 'hello\n', `${more}\n`],
    ['sql', '{"body":"hello"}', `{"body":${more}}`],
    ['py', '"hello"', `${more}`],
  ])(
    'answers hello.%s, and has room for 60 MB more',
    async (extension, hello, large) => {
      const task = folder(handlers)
      for (const [name, text] of [
        ['hello', hello],
        ['large', large],
      ] as const) {
        const group = memoryGroup(limit)
        await using api = await RuntimeApiServer.start()
        const started = spawn('/bin/sh', ['-c', `echo $$ >"$0" && exec "$1"`, group.joins, join(layer, 'bootstrap')], {
          env: {
            PATH: process.env['PATH'],
            AWS_LAMBDA_RUNTIME_API: api.address,
            _HANDLER: `${name}.${extension}`,
            LAMBDA_TASK_ROOT: task,
          },
          stdio: 'ignore',
        })
        onTestFinished(() => void started.kill('SIGKILL'))
        void once(started, 'exit').then(() => api.runtimeExited('signal: killed'))
        for (let events = 0; events < 3; events++)
          expect((await api.invoke({})).text()).toBe(large === text ? large : hello)
        if (process.env['ANYHANDLER_TEST_MEGABYTES'])
          process.stderr.write(
            `${name}.${extension} cgroup v${group.version} ${(group.held() / megabyte).toFixed(1)} MB\n`,
          )
        started.kill('SIGKILL')
        await once(started, 'exit')
      }
    },
    180_000,
  )
})
