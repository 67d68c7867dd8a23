import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostTree } from '../../../cli/src/artifacts/host-tree.ts'
import { anyhandler } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'
import { cannotEmulate, emulate } from './lambda.ts'
import { writeTree } from '../../support/write-tree.ts'
import { unzip } from '../../support/zip.ts'

/** As `test/tools/fetch.sh` and `fetch-pythons.sh` bring them: Python 3.13, and a package with a C module for it. */
const cache = (path: string): string => fileURLToPath(new URL(`../../../.cache/${path}`, import.meta.url))
const managedPython = cache('pythons/debian-13/root')
const wheels = cache('wheels')
const isMissing = cannotEmulate ?? (process.arch === 'x64' ? !existsSync(managedPython) || !existsSync(wheels) : true)

const handlers = {
  'hello.sh': 'echo "shell, ${LD_LIBRARY_PATH%%:*}"\n',
  'hello.sql': "SELECT 'sql' body;\n",
  'page.py': `import os, sys
import boto3
from markupsafe import _speedups, escape

def handler(event, context):
    return {"body": str(escape(event["name"])), "c": _speedups.__name__, "version": sys.version_info[:2], "boto3": boto3.__version__,
            "libraries": os.environ["LD_LIBRARY_PATH"].split(":")[0], "interpreter": os.environ["ANYHANDLER_PYTHON"], "é": os.environ["AWS_EXECUTION_ENV"]}
`,
  'requirements.txt': `--no-index\n--find-links ${wheels}\nmarkupsafe==3.0.3\n`,
}
const variables = { AWS_LAMBDA_EXEC_WRAPPER: '/opt/anyhandler/wrapper' }
let work: string
let layer: string
let task: string

describe.skipIf(isMissing)("AWS's own Python, imitated", () => {
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'anyhandler-python-runtime-'))
    layer = join(work, 'layer')
    task = join(work, 'task')
    const project = join(work, 'project')
    mkdirSync(project)
    for (const [name, text] of Object.entries(handlers)) writeFileSync(join(project, name), text)
    for (const [args, to] of [
      [['layer', '--runtime', 'python3.13'], layer],
      [['function', project], task],
    ] as const) {
      const { stderr, exitCode } = await anyhandler(['build', ...args, '--out', `${to}.zip`])
      if (exitCode !== 0) throw new Error(stderr)
      await unzip(`${to}.zip`, to)
    }
    const target = { runtime: 'provided.al2023', arch: 'x64', languages: ['bash', 'sql'] } as const
    writeTree(await hostTree(target), join(work, 'provided'))
  }, 180_000)

  afterAll(() => rmSync(work, { recursive: true, force: true }))

  it.each([
    ['hello.sh', 'shell, /var/lang/lib\n'],
    ['hello.sql', '{"body":"sql"}'],
    [
      'page.handler',
      '{"body": "&lt;World&gt;", "c": "markupsafe._speedups", "version": [3, 13], "boto3": "1.40.4", "libraries": "/var/lang/lib", "interpreter": "/var/lang/bin/python3.13", "é": "AWS_Lambda_python3.13"}',
    ],
  ])('answers %s from one function with one layer', async (handler, text) => {
    const lambda = await emulate({ layer, task, handler, managedPython, variables })
    expect(await lambda.invoke({ name: '<World>' })).toEqual({ status: 200, text })
    expect(await lambda.invoke({ name: '<World>' })).toEqual({ status: 200, text })
  })

  it.each([
    ['hello.sh', 'shell, /var/lang/lib\n'],
    ['hello.sql', '{"body":"sql"}'],
  ])('answers %s of the same function on provided.al2023', async (handler, text) => {
    const lambda = await emulate({ layer: join(work, 'provided'), task, handler })
    expect(await lambda.invoke({})).toEqual({ status: 200, text })
  })

  it('runs a further wrapper, named by ANYHANDLER_EXEC_WRAPPER', async () => {
    const further = {
      'hello.sh': 'echo "$FURTHER"\n',
      'further*': '#!/bin/bash\nexport FURTHER="through it"\nexec "$@"\n',
    }
    const lambda = await emulate({
      layer,
      task: folder(further),
      handler: 'hello',
      managedPython,
      variables: { ...variables, ANYHANDLER_EXEC_WRAPPER: '/var/task/further' },
    })
    expect(await lambda.invoke({})).toEqual({ status: 200, text: 'through it\n' })
  })
})
