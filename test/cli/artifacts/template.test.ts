import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, describe, expect, it } from 'vitest'
import { stackName, withIds } from '../../../cli/src/artifacts/template.ts'
import { anyhandler } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'

/** The tools, as `test/tools/fetch-templates.sh` brings them. */
const tools = fileURLToPath(new URL('../../../.cache/templates', import.meta.url))
const python = join(tools, 'python/bin')

const handlers = {
  'hello.sql': 'SELECT 1;\n',
  'report.sh': 'echo\n',
  'report.sql': 'SELECT 1;\n',
  'tool*': '#!/bin/sh\n',
  'on_connect.sql': '',
}
const variants: readonly string[][] = [
  [],
  ['--runtime', 'nodejs24.x', '--arch', 'arm64'],
  ['--runtime', 'python3.13', '--handlers', 'app.handler,reports/monthly.sql,python:pkg.mod.handler'],
]

/** Writes a template of a kind into a folder with handlers, and stands for the zips beside it. */
async function written(
  kind: string,
  file: string,
  flags: readonly string[],
): Promise<{ readonly root: string; readonly text: string; readonly stdout: string }> {
  const root = folder(handlers)
  const { stdout, stderr, exitCode } = await anyhandler(['build', '--template', kind, ...flags], { cwd: root })
  expect([stderr, exitCode]).toEqual(['', 0])
  for (const zip of ['anyhandler-layer.zip', 'function.zip'])
    writeFileSync(join(root, zip), `PK\u0005\u0006${'\0'.repeat(18)}`)
  return { root, text: readFileSync(join(root, file), 'utf8'), stdout }
}

/** The same with real zips, which are built once. */
async function built(kind: string, file: string): Promise<{ readonly root: string; readonly text: string }> {
  const { root, text } = await written(kind, file, [])
  zips ??= Promise.all(
    [
      ['function', '.'],
      ['layer', '--runtime', 'nodejs24.x'],
    ].map(async (args) => {
      expect((await anyhandler(['build', ...args], { cwd: root })).exitCode).toBe(0)
    }),
  ).then(() => ['function.zip', 'anyhandler-layer.zip'].map((name) => [name, readFileSync(join(root, name))] as const))
  for (const [name, bytes] of await zips) writeFileSync(join(root, name), bytes)
  return { root, text }
}
let zips: Promise<readonly (readonly [string, Buffer])[]> | undefined

type Account = Readonly<Record<'AWS_ENDPOINT_URL', string> & Record<string, string>>

/** An account of AWS in a process of its own, with a bucket: moto. Gives the variables that lead there. */
function account(): Promise<Account> {
  moto ??= spawn(join(python, 'python'), ['-c', motoServer], { stdio: ['pipe', 'pipe', 'ignore'] })
  opened ??= once(moto.stdout, 'data').then(async ([port]) => {
    const AWS_ENDPOINT_URL = `http://127.0.0.1:${String(port).trim()}`
    await fetch(`${AWS_ENDPOINT_URL}/artifacts`, { method: 'PUT' })
    const keys = { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none', AWS_DEFAULT_REGION: 'us-east-1' }
    return { AWS_ENDPOINT_URL, ...keys }
  })
  return opened
}
const motoServer = `import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()`
let moto: ChildProcessByStdio<Writable, Readable, null> | undefined
let opened: Promise<Account> | undefined

afterAll(() => moto?.stdin.end())

/** moto wants a signature, and does not look at it. */
const signed = {
  headers: {
    authorization:
      'AWS4-HMAC-SHA256 Credential=none/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=none',
  },
}

const hasTerraform = (await execa('terraform', ['version'], { reject: false })).exitCode === 0

describe.skipIf(!existsSync(join(tools, '.stamp')))(
  'templates, checked by their own tools (sh test/tools/fetch-templates.sh)',
  () => {
    it.each(variants)(
      'sam validate --lint finds nothing in the SAM one (%j)',
      async (...flags) => {
        const { root } = await written('sam', 'template.yaml', flags)
        const env = { AWS_DEFAULT_REGION: 'eu-central-1', SAM_CLI_TELEMETRY: '0', HOME: root }
        const { stdout, exitCode } = await execa(
          join(python, 'sam'),
          ['validate', '--lint', '--template', join(root, 'template.yaml')],
          { env, reject: false, all: true },
        )
        expect(stdout).toContain('is a valid SAM Template')
        expect(exitCode).toBe(0)
      },
      180_000,
    )

    it.each(variants)(
      'cdk synth makes a template of the CDK one, and cfn-lint finds no error in what comes out (%j)',
      async (...flags) => {
        const { root } = await written('cdk', 'anyhandler-cdk.mjs', flags)
        symlinkSync(join(tools, 'node_modules'), join(root, 'node_modules'))
        const app = `${process.execPath} anyhandler-cdk.mjs`
        const synth = ['--app', app, '--output', 'out', '--no-notices', '--no-version-reporting', '--quiet']
        const env = { CI: 'true', CDK_DISABLE_CLI_TELEMETRY: 'true', HOME: root }
        await execa(process.execPath, ['node_modules/aws-cdk/bin/cdk', 'synth', ...synth], { cwd: root, env })
        const template = join(root, 'out', `${stackName(root)}.template.json`)
        const resources = Object.values(
          (JSON.parse(readFileSync(template, 'utf8')) as { Resources: Record<string, { Type: string }> }).Resources,
        )
        expect(resources.filter(({ Type }) => Type === 'AWS::Lambda::LayerVersion')).toHaveLength(1)
        expect(resources.filter(({ Type }) => Type === 'AWS::Lambda::Function')).toHaveLength(
          flags.includes('--handlers') ? 3 : 4,
        )
        const { stdout, exitCode } = await execa(
          join(python, 'cfn-lint'),
          ['--non-zero-exit-code', 'error', '--', template],
          { reject: false },
        )
        expect({ stdout: exitCode === 0 ? '' : stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 })
      },
      180_000,
    )

    it.each(variants)(
      'the Terraform one is what its language allows, as its formatter writes it (%j)',
      async (...flags) => {
        const { root } = await written('terraform', 'anyhandler.tf', flags)
        const { stdout } = await execa(
          join(python, 'python'),
          ['-c', 'import hcl2, json, sys; print(json.dumps(hcl2.load(sys.stdin)))'],
          { inputFile: join(root, 'anyhandler.tf') },
        )
        const { resource } = JSON.parse(stdout) as { resource: readonly Record<string, unknown>[] }
        expect(resource.map((entry) => Object.keys(entry)[0]?.replaceAll('"', ''))).toEqual([
          'aws_lambda_layer_version',
          'aws_iam_role',
          'aws_iam_role_policy_attachment',
          'aws_lambda_function',
        ])
        if (!hasTerraform) return
        const formatted = await execa('terraform', ['fmt', '-diff', '-'], { inputFile: join(root, 'anyhandler.tf') })
        expect(formatted.stdout).toBe('')
      },
    )

    it('sam build skips what is built already, and sam package uploads just that', async () => {
      const { root, text } = await built('sam', 'template.yaml')
      const env = { ...(await account()), HOME: root, SAM_CLI_TELEMETRY: '0' }
      const sam = (...args: string[]) => execa(join(python, 'sam'), args, { cwd: root, env })
      const { stderr } = await sam('build', '--debug')
      for (const name of ['Hello', 'Tool']) expect(stderr).toMatch(new RegExp(`Skip building zip function: ${name}\\b`))
      expect(stderr).toMatch(/Skip building layer without a build method: AnyhandlerLayer/)
      const made = readFileSync(join(root, '.aws-sam/build/template.yaml'), 'utf8')
      expect(text.match(/CodeUri: function\.zip/g)).toHaveLength(4)
      for (const [, uri = '', name = ''] of made.matchAll(/Uri: (\S+\/([\w-]+\.zip))/g))
        expect(readFileSync(join(root, '.aws-sam/build', uri)).equals(readFileSync(join(root, name)))).toBe(true)
      await sam('package', '--s3-bucket', 'artifacts', '--output-template-file', 'packaged.yaml')
      const packaged = readFileSync(join(root, 'packaged.yaml'), 'utf8')
      const uploaded = [...packaged.matchAll(/(Content|Code)Uri: s3:\/\/artifacts\/(\S+)/g)]
      expect(uploaded.map(([, kind]) => kind)).toEqual(['Content', 'Code', 'Code', 'Code', 'Code'])
      for (const [, kind, key = ''] of uploaded) {
        const bytes = Buffer.from(await (await fetch(`${env.AWS_ENDPOINT_URL}/artifacts/${key}`, signed)).arrayBuffer())
        const file = kind === 'Content' ? 'anyhandler-layer.zip' : 'function.zip'
        expect(bytes.equals(readFileSync(join(root, file)))).toBe(true)
      }
    }, 180_000)

    it('serverless package takes the zips of the Serverless one as they are', async () => {
      const { root } = await built('serverless', 'serverless.yml')
      const env = { ...(await account()), HOME: root, SLS_TELEMETRY_DISABLED: '1' }
      const osls = join(tools, 'node_modules/osls/bin/serverless.js')
      await execa(process.execPath, [osls, 'package'], { cwd: root, env })
      const state = JSON.parse(readFileSync(join(root, '.serverless/serverless-state.json'), 'utf8')) as {
        package: { artifact: string }
        service: { functions: object; initialServerlessConfig: { layers: { anyhandler: { package: object } } } }
      }
      expect(state.package.artifact).toBe('function.zip')
      expect(state.service.initialServerlessConfig.layers.anyhandler.package).toEqual({
        artifact: 'anyhandler-layer.zip',
      })
      expect(Object.keys(state.service.functions)).toHaveLength(4)
    }, 180_000)
  },
)

describe('anyhandler build --template', () => {
  it('makes a function of each handler at the top, by a name that means one only', async () => {
    const { text, stdout } = await written('sam', 'template.yaml', [])
    expect(text.match(/Handler: .*/g)).toEqual([
      'Handler: "hello"',
      'Handler: "report.sh"',
      'Handler: "report.sql"',
      'Handler: "tool"',
    ])
    expect(stdout).toMatch(
      /^template\.yaml: sam for provided\.al2023, x64\nThe template has no URL and no events: add routes or sources .+\nNext, in its folder:\n {2}npx anyhandler build layer\n {2}npx anyhandler build function \S+\n {2}sam deploy --guided\n$/,
    )
  })

  it('warns when several functions would have a database in a /tmp of their own', async () => {
    const config =
      'plugins: { sql: { options: { database: /tmp/g.db } } }\nroutes: { GET /a: hello.sql, POST /b: report.sql }\n'
    const root = folder({ ...handlers, 'anyhandler.config.yaml': config })
    const said = async (...flags: readonly string[]) =>
      (await anyhandler(['build', '--template', 'sam', '--out', `${flags.length}.yaml`, ...flags], { cwd: root }))
        .stdout
    const warning = "Each function has its own /tmp, so the functions don't share /tmp/g.db: name a file on EFS, "
    expect(await said('--per-route')).toContain(warning)
    const together = await said()
    expect(together).toMatch(/^0\.yaml: sam for /)
    expect(together).not.toMatch(/own \/tmp|no URL/)
  })

  it('takes the names that the configuration maps', async () => {
    const root = folder({ ...handlers, 'anyhandler.config.yaml': 'handlers: { api: hello.sql }\n' })
    await anyhandler(['build', '--template', 'terraform'], { cwd: root })
    expect(readFileSync(join(root, 'anyhandler.tf'), 'utf8')).toContain('  handlers = {\n    Api = "api"\n  }\n')
  })

  it("names the wrapper where AWS's own Node runs", async () => {
    for (const [kind, file] of [
      ['sam', 'template.yaml'],
      ['cdk', 'anyhandler-cdk.mjs'],
      ['terraform', 'anyhandler.tf'],
      ['serverless', 'serverless.yml'],
    ] as const) {
      expect((await written(kind, file, ['--runtime', 'nodejs24.x'])).text).toMatch(
        /AWS_LAMBDA_EXEC_WRAPPER"?(?::| =) ?"?\/opt\/anyhandler\/wrapper/,
      )
      expect((await written(kind, file, [])).text).not.toContain('AWS_LAMBDA_EXEC_WRAPPER')
    }
  })

  it("takes AWS's own Python for a project with a Python handler, and says when a given runtime lacks it", async () => {
    const root = folder({ "it's.sh": 'echo\n', 'app.py': 'def handler(event, context): return 1\n' })
    const usual = await anyhandler(['build', '--template', 'sam'], { cwd: root })
    expect(readFileSync(join(root, 'template.yaml'), 'utf8')).toMatch(
      /Runtime: python3\.13\n[^]*AWS_LAMBDA_EXEC_WRAPPER: \/opt\/anyhandler\/wrapper/,
    )
    expect(usual.stdout).toContain('  npx anyhandler build layer --runtime python3.13\n')
    const args = ['build', '--template', 'terraform', '--runtime', 'provided.al2023']
    expect((await anyhandler(args, { cwd: root })).stdout).toContain(
      'provided.al2023 has no Python: add a layer with Python, or use --runtime python3.13\n',
    )
  })

  it('makes no function of what only serves others: tests, tools, files that are sourced or imported', async () => {
    const root = folder({
      'app.py': 'import os, store as s\nfrom shared import x\nfrom . import own\ndef handler(e, c): return 1\n',
      'store.py': '',
      'shared.py': 'x = 1\n',
      'own.py': '',
      'other.py': 'from app import handler as inner\ndef lambda_handler(e, c): return inner(e, c)\n',
      'conftest.py': '',
      'setup.py': '',
      'test_app.py': 'import app\n',
      'app_test.py': '',
      'hello.sh': '. ./lib.sh\nif true; then source "$LAMBDA_TASK_ROOT/more.bash"; fi\n',
      'lib.sh': '',
      'more.bash': '',
    })
    await anyhandler(['build', '--template', 'sam'], { cwd: root })
    expect(readFileSync(join(root, 'template.yaml'), 'utf8').match(/Handler: .*/g)).toEqual([
      'Handler: "app"',
      'Handler: "hello"',
      'Handler: "other"',
    ])
  })

  it('prints commands that a shell takes as they are meant', async () => {
    const root = folder({ "it's mine/hello.sh": 'echo\n' })
    const { stdout } = await anyhandler(['build', '--template', 'sam', "it's mine"], { cwd: root })
    expect(stdout).toContain(`  npx anyhandler build function '${root}/it'\\''s mine'\n`)
  })

  it('leaves a file alone that is there already', async () => {
    const root = folder({ ...handlers, 'template.yaml': 'mine' })
    const { stderr, exitCode } = await anyhandler(['build', '--template', 'sam'], { cwd: root })
    expect(stderr).toBe('anyhandler: template.yaml exists; remove it, or name another file with --out\n')
    expect(exitCode).toBe(1)
    expect(readFileSync(join(root, 'template.yaml'), 'utf8')).toBe('mine')
  })

  it('says when there is no handler', async () => {
    const { stderr, exitCode } = await anyhandler(['build', '--template', 'sam', folder({ 'readme.txt': '' })])
    expect(stderr).toMatch(
      /has no handler at its top level; put one there, such as hello\.sh, or name handlers in other folders with --handlers/,
    )
    expect(exitCode).toBe(2)
  })

  it('makes resource names of handler names, each once', () => {
    const named = (names: readonly string[]) => names.map((handler) => ({ handler, events: [] }))
    expect(withIds(named(['hello', 'reports/monthly.handler', 'reports.monthly.handler', '9to5', 'über']))).toEqual([
      { id: 'Hello', handler: 'hello', events: [] },
      { id: 'ReportsMonthlyHandler', handler: 'reports/monthly.handler', events: [] },
      { id: 'ReportsMonthlyHandler2', handler: 'reports.monthly.handler', events: [] },
      { id: 'Handler9to5', handler: '9to5', events: [] },
      { id: 'Ber', handler: 'über', events: [] },
    ])
  })

  it.each([
    ['/home/me/my_app.v2', 'my-app-v2'],
    ['/home/me/x', 'anyhandler-x'],
    ['/home/me/2024', 'anyhandler-2024'],
    ['/', 'anyhandler'],
  ])('makes a stack name of the folder %s', (root, name) => {
    expect(stackName(root)).toBe(name)
  })
})
