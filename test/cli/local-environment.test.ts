import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { anyhandler, bin } from '../support/command.ts'
import { folder } from '../support/folder.ts'

const names = [
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_EXECUTION_ENV',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_SAM_LOCAL',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY_ID',
  'GREETING',
  'TABLE',
]

const shell = `handler() { ${names.map((name) => `printf '%s=%s\\n' ${name} "$${name}"`).join('; ')}; }\n`
const python = `import os
def handler(event, context):
    names = ${JSON.stringify(names)}
    return {**{name: os.environ.get(name, "") for name in names}, "arn": context.invoked_function_arn, "name": context.function_name}
`

const project = (more: Readonly<Record<string, string>> = {}) =>
  folder({ 'app.sh': shell, 'py.py': python, '.home/nothing': '', ...more })

/** What the function finds, run with flags. No configuration of the machine's owner is read. */
async function seen(root: string, flags: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { stdout, stderr, exitCode } = await anyhandler(['invoke', ...flags, '--root', root], {
    env: { HOME: join(root, '.home'), ...env },
  })
  expect(exitCode).toBe(0)
  const variables = flags[0]!.startsWith('py')
    ? (JSON.parse(stdout) as Record<string, string>)
    : Object.fromEntries(
        stdout
          .trimEnd()
          .split('\n')
          .map((line) => line.split(/=(.*)/, 2) as [string, string]),
      )
  return { variables, stderr }
}

describe('anyhandler invoke sets what Lambda sets', () => {
  it('in every language', async () => {
    const root = project()
    const name = root.split('/').at(-1)!
    const { variables } = await seen(root, ['app.handler'])
    expect(variables).toEqual({
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][\da-f]{32}$/),
      AWS_EXECUTION_ENV: 'AWS_Lambda_provided.al2023',
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_SAM_LOCAL: 'true',
      LAMBDA_RUNTIME_DIR: '/var/runtime',
      LAMBDA_TASK_ROOT: root,
      _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-[\da-f]{8}-[\da-f]{24};Parent=[\da-f]{16};Sampled=0$/),
      AWS_ACCESS_KEY_ID: '',
      GREETING: '',
      TABLE: '',
    })
  })

  it("names AWS's own runtime to Python, and the function in its ARN", async () => {
    const root = project()
    const { variables } = await seen(root, ['py.handler', '--memory', '512'], { AWS_LAMBDA_FUNCTION_NAME: 'mine' })
    expect(variables).toMatchObject({
      AWS_EXECUTION_ENV: expect.stringMatching(/^AWS_Lambda_python3\.\d+$/),
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/mine',
      arn: 'arn:aws:lambda:eu-central-1:012345678912:function:mine',
      name: 'mine',
    })
  })

  it('unless the caller has set it, and not at all with --no-aws-env', async () => {
    const root = project()
    const own = { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256', AWS_EXECUTION_ENV: 'own', AWS_SAM_LOCAL: 'no' }
    expect((await seen(root, ['py.handler'], own)).variables).toMatchObject(own)
    const { variables, stderr } = await seen(root, ['py.handler', '--no-aws-env'], { AWS_REGION: '' })
    expect(variables).toMatchObject({
      AWS_LAMBDA_FUNCTION_NAME: '',
      AWS_EXECUTION_ENV: '',
      AWS_SAM_LOCAL: '',
      AWS_REGION: '',
    })
    expect(stderr).toBe('')
  })

  it("takes the region of the caller's profile", async () => {
    const config = '[default]\nregion = eu-west-3\n[profile work]\noutput = json\nregion=ap-south-1\n'
    const root = project({ 'aws-config': config })
    const file = { AWS_REGION: '', AWS_CONFIG_FILE: join(root, 'aws-config') }
    expect((await seen(root, ['app.handler'], file)).variables['AWS_REGION']).toBe('eu-west-3')
    const work = await seen(root, ['app.handler'], { ...file, AWS_PROFILE: 'work' })
    expect([work.variables['AWS_REGION'], work.stderr]).toEqual(['ap-south-1', ''])
  })

  it('says which region it takes if there is none, but there are credentials that could reach it', async () => {
    const notice =
      'anyhandler: no region is set, so AWS_REGION is us-east-1; set AWS_REGION, or a region in ~/.aws/config\n'
    const root = project({ '.owner/.aws/credentials': '[default]\n' })
    for (const [env, said] of [
      [{}, ''],
      [{ AWS_ACCESS_KEY_ID: 'AKIA' }, notice],
      [{ HOME: join(root, '.owner') }, notice],
    ] as const) {
      const { variables, stderr } = await seen(root, ['app.handler'], { AWS_REGION: '', ...env })
      expect([variables['AWS_REGION'], stderr]).toEqual(['us-east-1', said])
    }
  })

  it('--env-file is not read by Node itself, which ends for a missing file and for its own variables', async () => {
    const root = folder({ 'hello.sh': 'echo {}\n', '.env': 'NODE_OPTIONS=--no-such\n' })
    const run = (file: string) =>
      execa(bin, ['invoke', 'hello', '--env-file', file], { cwd: root, stdin: 'ignore', reject: false })
    const missing = await run('none.env')
    expect(missing.stderr).toMatch(/^anyhandler: --env-file none\.env cannot be read: ENOENT/)
    expect(missing.exitCode).toBe(2)
    expect(await run('.env')).toMatchObject({ stdout: '{}', exitCode: 0 })
  })

  it('--env goes over --env-file, and that over the caller', async () => {
    const root = project({ '.env': '# a comment\nexport GREETING="hello = world"\nTABLE=from-file # behind\n' })
    const flags = ['app.handler', '--env-file', join(root, '.env'), '--env', 'TABLE=a=b']
    const { variables } = await seen(root, flags, { GREETING: 'caller' })
    expect(variables).toMatchObject({ GREETING: 'hello = world', TABLE: 'a=b' })
  })

  it.each([
    [['--env', 'no-value'], '--env no-value is not NAME=VALUE, such as --env TABLE=orders'],
    [['--env', '=x'], '--env =x is not NAME=VALUE'],
    [['--memory', '64'], '--memory 64 is not a number of MiB from 128 to 10240'],
  ])('%j is wrong usage', async (flags, sentence) => {
    const { stderr, exitCode } = await anyhandler(['invoke', 'app.handler', '--root', project(), ...flags])
    expect(stderr).toContain(sentence)
    expect(exitCode).toBe(2)
  })
})
