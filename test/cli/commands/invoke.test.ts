import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anyhandler, bin } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'
import { isAlive } from '../../support/processes.ts'

const echo = { 'echo.sql': '-- answer: body application/json\nSELECT event();\n' }

describe('anyhandler invoke', () => {
  it.each([
    ['sql', '{"body":"Hello World","statusCode":200}'],
    ['bash', '{"body": "Hello World", "statusCode": 200}\n'],
    ['python', '{"body": "Hello World", "statusCode": 200}'],
  ])('answers the hello in %s to the byte', async (language, answer) => {
    const { stdout, stderr, exitCode } = await anyhandler([
      'invoke',
      'hello',
      '--root',
      join(import.meta.dirname, `../../../examples/hello-${language}`),
    ])
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: answer, stderr: '', exitCode: 0 })
  })

  it('takes the event from the flag, from a file, from standard input, and is content with none', async () => {
    const root = folder({ ...echo, 'event.bin': 'any bytes' })
    expect((await anyhandler(['invoke', 'echo', '--root', root, '--event', '{"a":1}'])).stdout).toBe('{"a":1}')
    expect((await anyhandler(['invoke', 'echo', '--root', root, '--event-file', join(root, 'event.bin')])).stdout).toBe(
      'any bytes',
    )
    expect((await anyhandler(['invoke', 'echo', '--root', root], { input: '[1, 2]' })).stdout).toBe('[1, 2]')
    expect((await anyhandler(['invoke', 'echo', '--root', root], { input: '' })).stdout).toBe('{}')
    expect((await anyhandler(['invoke', 'echo'], { cwd: root })).stdout).toBe('{}')
  })

  it('keeps the log out of the answer, and a failure readable', async () => {
    const root = folder({ 'app.sh': 'handler() {\n  echo working >&2\n  false || exit 3\n}\n' })
    const { stdout, stderr, exitCode } = await anyhandler(['invoke', 'app.handler', '--root', root])
    const { errorType, errorMessage } = JSON.parse(stdout) as Record<string, string>
    expect(errorType).toBe('Function.ExitStatus')
    expect(stderr).toMatch(/\tINFO\tworking\n/)
    // The response says the message; the log says it once.
    expect(stderr.split(String(errorMessage))).toHaveLength(2)
    expect(stderr).toMatch(/^anyhandler: the function failed: Function\.ExitStatus$/m)
    expect(stderr).not.toContain('\r')
    expect(exitCode).toBe(1)
  })

  it('lets a handler go after the timeout', async () => {
    const root = folder({ 'slow.sh': 'sleep 60\n' })
    const { stdout, exitCode } = await anyhandler(['invoke', 'slow', '--root', root, '--timeout', '2'])
    expect(JSON.parse(stdout)).toMatchObject({
      errorType: 'Function.Timeout',
      errorMessage: expect.stringMatching(/^Task timed out after [12]\.\d\d seconds$/) as unknown,
    })
    expect(exitCode).toBe(1)
  })

  it('leaves with the right code although a query can’t be stopped', async () => {
    const root = folder({
      'endless.sql': 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;\n',
    })
    const { stdout, exitCode } = await anyhandler(['invoke', 'endless', '--root', root, '--timeout', '0.5'])
    expect(JSON.parse(stdout)).toMatchObject({ errorType: 'Function.Timeout' })
    expect(exitCode).toBe(1)
  })

  it('takes a configuration from elsewhere', async () => {
    const root = folder({ ...echo, 'other/config.yaml': 'handlers:\n  main: sql:echo\n' })
    const { stdout } = await anyhandler([
      'invoke',
      'main',
      '--root',
      root,
      '--config',
      join(root, 'other/config.yaml'),
      '--event',
      '1',
    ])
    expect(stdout).toBe('1')
  })

  it('serves one event with a configured concurrency, too', async () => {
    const root = folder({ ...echo, 'anyhandler.config.json': '{"concurrency":4}' })
    expect((await anyhandler(['invoke', 'echo', '--root', root, '--event', '5'])).stdout).toBe('5')
  })
})

describe('anyhandler plugins', () => {
  it('lists the built-ins, what is turned off left out', async () => {
    const { stdout, exitCode } = await anyhandler([
      'plugins',
      '--root',
      folder({ 'anyhandler.config.yaml': 'plugins:\n  bash: false\n' }),
    ])
    expect(stdout).toMatch(
      /^LANGUAGE +EXTENSIONS +PACKAGE +VERSION +FROM\nsql +\.sql +@anyhandler\/sql +\d+\.\d+\.\d+ +built in\npython /,
    )
    expect(stdout).not.toContain('bash')
    expect(exitCode).toBe(0)
  })
})

describe('anyhandler run', () => {
  it('says what it needs outside of Lambda', async () => {
    const { stderr, exitCode } = await anyhandler(['run'], { env: { AWS_LAMBDA_RUNTIME_API: '' } })
    expect(stderr).toMatch(/^anyhandler: AWS_LAMBDA_RUNTIME_API is not set/)
    expect(exitCode).toBe(1)
  })
})

describe('a handler that is never loaded', () => {
  const slow = 'import time\nprint("loading", flush=True)\ntime.sleep(100)\n'

  it('fails after --timeout', async () => {
    const root = folder({ 'app.py': slow })
    const { stdout, exitCode } = await anyhandler(['invoke', 'app.handler', '--root', root, '--timeout', '1'])
    expect(JSON.parse(stdout)).toMatchObject({
      errorType: 'Function.Timeout',
      errorMessage: 'app.handler was not loaded by the python plugin within 1 s',
    })
    expect(exitCode).toBe(1)
  })

  it('ends at the first SIGINT, and leaves nothing behind', async () => {
    const child = spawn(process.execPath, [bin, 'invoke', 'app.handler', '--root', folder({ 'app.py': slow })], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, AWS_REGION: 'eu-central-1' },
    })
    await new Promise((resolve) => {
      child.stderr.once('data', resolve)
    })
    const [driver] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')
    child.kill('SIGINT')
    const [code] = (await once(child, 'exit')) as [number]
    expect(code).toBe(130)
    await expect.poll(() => isAlive(Number(driver))).toBe(false)
  })
})
