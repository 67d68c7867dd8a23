import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { inNamespace } from '../../support/namespace.ts'
import { bin } from '../../support/command.ts'
import { taskFolder } from '../../support/task-folder.ts'

const mount = (disk: string, argv: readonly string[]): readonly string[] =>
  inNamespace(`mount -t tmpfs -o size=1m none '${disk}'; exec "$@"`, argv)

const handler = `case $1 in
  fill) head -c 2000000 /dev/zero >"$DISK/filled" 2>/dev/null; echo "filled" ;;
  clear) rm "$DISK/filled"; echo "cleared" ;;
  *) echo "\${#1}" ;;
esac
`

const probe = (disk: string): boolean => {
  const [file = '', ...args] = mount(disk, ['true'])
  return spawnSync(file, args).status === 0
}

test('an event that finds no room in a full /tmp fails by itself, and the next events work', async (context) => {
  const folder = taskFolder({ 'hello.sh': handler })
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  if (!probe(disk)) context.skip('no mount namespace')
  await using api = await RuntimeApiServer.start({ concurrency: 1 })
  const [file = '', ...args] = mount(disk, [process.execPath, bin, 'run'])
  const host = execa(file, args, {
    env: { AWS_LAMBDA_RUNTIME_API: api.address, LAMBDA_TASK_ROOT: folder, _HANDLER: 'hello', TMPDIR: disk, DISK: disk },
    reject: false,
    timeout: 85_000,
  })
  try {
    const long = 'x'.repeat(100_000)
    expect((await api.invoke('fill')).text()).toBe('filled\n')
    const failed = await api.invoke(long)
    expect(failed.json()).toMatchObject({
      errorType: 'Function.DiskFull',
      errorMessage: `${disk} is full: an event of 100000 bytes does not fit; remove files of earlier events, or give the function more ephemeral storage`,
      stackTrace: [],
    })
    expect((await api.invoke('short')).text()).toBe('5\n')
    expect((await api.invoke('clear')).text()).toBe('cleared\n')
    expect((await api.invoke(long)).text()).toBe('100000\n')
  } finally {
    host.kill()
    await host
  }
})
