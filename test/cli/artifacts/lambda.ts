import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { folder } from '../../support/folder.ts'
import { freePort } from '../../support/free-port.ts'

const script = fileURLToPath(new URL('lambda.sh', import.meta.url))

/** AWS's Runtime Interface Emulator, as `test/tools/fetch.sh` brings it. */
export const emulator = fileURLToPath(
  new URL(
    `../../../.cache/aws-sam-cli/samcli/local/rapid/aws-lambda-rie-${process.arch === 'arm64' ? 'arm64' : 'x86_64'}`,
    import.meta.url,
  ),
)

/** Why these tests can't run here; undefined when they can. */
export const cannotEmulate =
  process.getuid?.() === 0
    ? existsSync(emulator)
      ? undefined
      : 'the emulator is missing: sh test/tools/fetch.sh'
    : 'mount namespaces need root'

export interface Machine {
  /** Unpacked layer, for /opt. */
  readonly layer: string
  /** Handlers, for /var/task. */
  readonly task: string
  readonly handler: string
  /** Files of an image's runtime folder, for /var/runtime. */
  readonly runtime?: string
  /** AWS's managed Node in place of an operating-system-only runtime. */
  readonly managedNode?: boolean
  /**
   * AWS's managed Python 3.13 in place of an operating-system-only runtime: the folder of an unpacked Debian that holds
   * one.
   */
  readonly managedPython?: string
  /** Environment variables of the function's configuration. */
  readonly variables?: Readonly<Record<string, string>>
}

/** Lambda's own environment of an operating-system-only runtime, besides what the emulator sets. */
const environment = {
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
  PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
  LD_LIBRARY_PATH: '/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
  LAMBDA_TASK_ROOT: '/var/task',
  LAMBDA_RUNTIME_DIR: '/var/runtime',
  AWS_REGION: 'eu-central-1',
  AWS_DEFAULT_REGION: 'eu-central-1',
}

/** As AWS's managed Node starts: its own program gives way to the wrapper, which gets the whole command line. */
const managedBootstrap = `#!/bin/sh
set -- /var/lang/bin/node --expose-gc --max-http-header-size 81920 --max-semi-space-size=6 --max-old-space-size=115 /var/runtime/index.mjs
if [ -n "$AWS_LAMBDA_EXEC_WRAPPER" ]; then
  exec "$AWS_LAMBDA_EXEC_WRAPPER" "$@"
fi
exec "$@"
`

/**
 * As AWS's managed Python starts: a script, which says in the environment what it is, and names its interpreter and its
 * program to the wrapper.
 */
const pythonBootstrap = `#!/bin/bash
export AWS_EXECUTION_ENV=AWS_Lambda_python3.13
if [ -z "$AWS_LAMBDA_EXEC_WRAPPER" ]; then
  exec /var/lang/bin/python3.13 /var/runtime/bootstrap.py
else
  wrapper="$AWS_LAMBDA_EXEC_WRAPPER"
  if [ ! -f "$wrapper" ]; then
    echo "$wrapper: does not exist"
    exit 127
  fi
  if [ ! -x "$wrapper" ]; then
    echo "$wrapper: is not an executable"
    exit 126
  fi
  exec -- "$wrapper" /var/lang/bin/python3.13 /var/runtime/bootstrap.py
fi
`

/** What lies in /var/runtime of the managed runtimes. */
function managedRuntime(node: boolean, python: boolean): Readonly<Record<string, string>> {
  if (node) return { 'bootstrap*': managedBootstrap, 'index.mjs': "throw new Error('the wrapper was not used')\n" }
  return python
    ? {
        'bootstrap*': pythonBootstrap,
        'bootstrap.py': "raise SystemExit('the wrapper was not used')\n",
        'boto3/__init__.py': "__version__ = '1.40.4'\n",
      }
    : {}
}

export interface Emulated {
  /** Process id of the machine's first process: all others descend from it. */
  readonly pid: number
  /**
   * Sends an event and gives the emulator's answer; when that isn't the function's, with what was written to the log.
   */
  invoke(event: unknown): Promise<{ readonly status: number; readonly text: string }>
}

/**
 * Starts the emulator on a machine like Lambda's for the time of one test: the layer at /opt, handlers at /var/task, a
 * read-only root, another user than root. The emulator finds the bootstrap itself.
 */
export async function emulate({
  layer,
  task,
  handler,
  runtime: given,
  managedNode = false,
  managedPython,
  variables = {},
}: Machine): Promise<Emulated> {
  // Temporary folders are their owner's alone; what Lambda unpacks is everybody's to read.
  for (const place of [layer, task]) chmodSync(place, 0o755)
  const runtime = given ?? folder(managedRuntime(managedNode, managedPython !== undefined))
  chmodSync(runtime, 0o755)
  const [api, front] = await Promise.all([freePort(), freePort()])
  const args = [
    '--log-level',
    'error',
    '--runtime-api-address',
    `127.0.0.1:${api}`,
    '--runtime-interface-emulator-address',
    `127.0.0.1:${front}`,
  ]
  const child = spawn(
    'unshare',
    [
      '--mount',
      '--pid',
      '--fork',
      '--kill-child',
      '--mount-proc',
      '--propagation=private',
      script,
      layer,
      task,
      runtime,
      emulator,
      ...args,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...environment,
        AWS_LAMBDA_FUNCTION_HANDLER: handler,
        _HANDLER: handler,
        ...(managedNode && { MANAGED_NODE: process.execPath }),
        ...(managedPython !== undefined && { MANAGED_PYTHON: managedPython }),
        ...variables,
      },
    },
  )
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log += chunk.toString()
    })
  }
  onTestFinished(async () => {
    const ended = once(child, 'exit')
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await ended
  })
  const url = `http://127.0.0.1:${front}/2015-03-31/functions/function/invocations`
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the emulator ended with code ${child.exitCode}: ${log}`)
    if (await answers(front)) break
    await sleep(20)
  }
  return {
    pid: child.pid as number,
    async invoke(event) {
      const response = await fetch(url, { method: 'POST', body: JSON.stringify(event) })
      const text = await response.text()
      return { status: response.status, text: response.ok ? text : `${text}\n${log}` }
    },
  }
}

/** Whether something listens: the emulator takes every path but its own for 404. */
async function answers(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}/`)
    return true
  } catch {
    return false
  }
}
