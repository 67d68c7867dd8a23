import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
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
  ['--handlers', 'app.handler,reports/monthly.sql,python:pkg.mod.handler'],
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
      60_000,
    )

    it.each(variants)(
      'the CDK one synthesises, and cfn-lint finds no error in what comes out (%j)',
      async (...flags) => {
        const { root } = await written('cdk', 'anyhandler-cdk.mjs', flags)
        symlinkSync(join(tools, 'node_modules'), join(root, 'node_modules'))
        await execa(process.execPath, ['anyhandler-cdk.mjs'], { cwd: root, env: { CDK_OUTDIR: join(root, 'out') } })
        const template = join(root, 'out', `${stackName(root)}.template.json`)
        const resources = Object.values(
          (JSON.parse(readFileSync(template, 'utf8')) as { Resources: Record<string, { Type: string }> }).Resources,
        )
        expect(resources.filter(({ Type }) => Type === 'AWS::Lambda::LayerVersion')).toHaveLength(1)
        expect(resources.filter(({ Type }) => Type === 'AWS::Lambda::Function')).toHaveLength(
          flags[0] === '--handlers' ? 3 : 4,
        )
        const { stdout, exitCode } = await execa(
          join(python, 'cfn-lint'),
          ['--non-zero-exit-code', 'error', '--', template],
          { reject: false },
        )
        expect({ stdout: exitCode === 0 ? '' : stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 })
      },
      60_000,
    )

    it.each(variants)('the Terraform one is what its language allows (%j)', async (...flags) => {
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
    })

    it.each(variants)(
      'the Serverless one fits its schema (%j)',
      async (...flags) => {
        const { root } = await written('serverless', 'serverless.yml', flags)
        const env = {
          AWS_ACCESS_KEY_ID: 'none',
          AWS_SECRET_ACCESS_KEY: 'none',
          HOME: root,
          SLS_TELEMETRY_DISABLED: '1',
        }
        const { stdout, exitCode } = await execa(
          process.execPath,
          [join(tools, 'node_modules/osls/bin/serverless.js'), 'print'],
          { cwd: root, env, reject: false },
        )
        expect(stdout).toContain('artifact: anyhandler-layer.zip')
        expect(exitCode).toBe(0)
      },
      60_000,
    )
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
      /^template\.yaml: sam for provided\.al2023, x64\nNext, where it lies:\n {2}anyhandler build layer\n {2}anyhandler build function \S+\n {2}sam deploy --guided\n$/,
    )
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
      /holds no handler at its top; put one there, such as hello\.sh, or name those that are elsewhere with --handlers/,
    )
    expect(exitCode).toBe(2)
  })

  it('makes resource names of handler names, each once', () => {
    expect(withIds(['hello', 'reports/monthly.handler', 'reports.monthly.handler', '9to5', 'über'])).toEqual([
      { id: 'Hello', handler: 'hello' },
      { id: 'ReportsMonthlyHandler', handler: 'reports/monthly.handler' },
      { id: 'ReportsMonthlyHandler2', handler: 'reports.monthly.handler' },
      { id: 'Handler9to5', handler: '9to5' },
      { id: 'Ber', handler: 'über' },
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
