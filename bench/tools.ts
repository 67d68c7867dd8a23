import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Found, Tools } from './groups.ts'
import type { Layers } from './layer.ts'

const root = join(import.meta.dirname, '..')
const cache = join(root, '.cache')

/** Brings and builds what the layers are measured against. What can't be had is told in the table. */
export function findTools({ bootstrap, node }: Layers): Tools {
  const python = findPython()
  return {
    anyhandler: [bootstrap],
    node,
    python,
    awslambdaric: found(() => {
      execFileSync('sh', [join(root, 'test/tools/fetch.sh')], { stdio: ['ignore', 'ignore', 'inherit'] })
      const folder = join(cache, 'awslambdaric')
      execFileSync(python, ['-c', 'import awslambdaric, runtime_client'], {
        env: { PYTHONPATH: folder },
        stdio: 'ignore',
      })
      return folder
    }),
    awsLambdaRic: found(() => {
      execFileSync('sh', [join(root, 'test/tools/fetch-node-client.sh')], { stdio: ['ignore', 'ignore', 'inherit'] })
      return join(cache, 'aws-lambda-ric/package/index.mjs')
    }),
    goSh: found(() => goProgram('sh')),
    goSqlite: found(() => goProgram('sqlite')),
    bashAsSh: found(() => linkShell(join(cache, 'bench', 'bash-as-sh'))),
  }
}

/** Go fetches what it needs and builds only what has changed. */
function goProgram(name: string): string {
  const target = join(cache, 'bench', 'peers', name)
  mkdirSync(join(cache, 'bench', 'peers'), { recursive: true })
  execFileSync('go', ['build', '-o', target, `./${name}`], {
    cwd: join(import.meta.dirname, 'peers'),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return target
}

function linkShell(folder: string): string {
  const bash = execFileSync('sh', ['-c', 'command -v bash'], { encoding: 'utf8' }).trim()
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  symlinkSync(bash, join(folder, 'sh'))
  return folder
}

/**
 * As a function finds it: version managers put wrappers into the user's own path that take longer than Python itself.
 */
function findPython(): string {
  const usual = ['/usr/local/bin/python3', '/usr/bin/python3'].find((file) => existsSync(file))
  return realpathSync(
    usual ?? execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim(),
  )
}

function found(find: () => string): Found {
  try {
    return { path: find() }
  } catch (error) {
    return { missing: `not here (${(error as Error).message.split('\n', 1)[0]})` }
  }
}
