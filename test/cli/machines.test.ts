import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { during } from '../../cli/src/progress.ts'
import { anyhandler } from '../support/command.ts'
import { folder } from '../support/folder.ts'

async function json(
  args: readonly string[],
  cwd: string,
): Promise<{ readonly value: unknown; readonly code: unknown }> {
  const { stdout, stderr, exitCode } = await anyhandler([...args, '--json'], { cwd })
  expect(stderr).toBe('')
  return { value: JSON.parse(stdout), code: exitCode }
}

describe('for other programs', () => {
  it('invoke --json gives outcome, log and timing in one object', async () => {
    const root = folder({
      'hello.sh': 'echo "to the log" >&2\necho hello\n',
      'bytes.sh': String.raw`printf '\377'`,
      'broken.sh': 'exit 3\n',
    })
    const hello = await json(['invoke', 'hello'], root)
    expect(hello).toEqual({
      code: 0,
      value: {
        outcome: 'response',
        failed: false,
        contentType: 'application/json',
        streamed: false,
        body: 'hello\n',
        log: expect.stringContaining('to the log') as unknown,
        durationMs: expect.any(Number) as unknown,
      },
    })
    expect((await json(['invoke', 'bytes'], root)).value).toMatchObject({ bodyBase64: '/w==' })
    const broken = await json(['invoke', 'broken'], root)
    expect(broken).toMatchObject({
      code: 1,
      value: {
        outcome: 'error',
        failed: true,
        errorType: 'Function.ExitStatus',
        body: expect.stringContaining('exit status 3') as unknown,
      },
    })
  })

  it('build and plugins speak JSON, and build is silent when it is to be', async () => {
    const root = folder({ 'hello.sh': 'echo\n', '.env': '' })
    expect(await json(['build', 'function', '.', '--arch', 'aarch64'], root)).toEqual({
      code: 0,
      value: {
        artifact: 'function',
        file: 'function.zip',
        runtime: 'provided.al2023',
        arch: 'arm64',
        files: [{ path: 'hello.sh', size: 5 }],
        zipped: expect.any(Number) as unknown,
        unpacked: 5,
        variables: {},
        leftOut: { 'hidden files': ['.env'] },
      },
    })
    expect((await json(['build', '--template', 'sam', '--runtime', 'python3.13'], root)).value).toMatchObject({
      artifact: 'template',
      file: 'template.yaml',
      functions: [{ id: 'Hello', handler: 'hello' }],
    })
    expect(await anyhandler(['build', 'function', '.', '--quiet', '--arch', 'amd64'], { cwd: root })).toEqual({
      stdout: '',
      stderr: '',
      exitCode: 0,
    })
    expect((await json(['plugins'], root)).value).toContainEqual({
      language: 'sql',
      extensions: ['.sql'],
      package: '@anyhandler/sql',
      version: expect.stringMatching(/^\d/) as unknown,
      from: 'built in',
    })
  })

  it('help knows what build makes', async () => {
    const { stdout } = await anyhandler(['build', '--help'])
    expect((await anyhandler(['help', 'build', 'layer'])).stdout).toBe(stdout)
    const { stderr, exitCode } = await anyhandler(['help', 'build', 'lair'])
    expect([stderr, exitCode]).toEqual(["anyhandler: help build knows no 'lair' (see anyhandler build --help)\n", 2])
  })

  it('completes commands, topics and flags in bash', async () => {
    const { stdout } = await anyhandler(['completion', 'bash'])
    const complete = async (...words: string[]): Promise<string> => {
      const quoted = words.map((word) => `'${word}'`).join(' ')
      const script = `${stdout}\nCOMP_WORDS=(anyhandler ${quoted}); COMP_CWORD=${words.length}; _anyhandler; echo "\${COMPREPLY[*]}"`
      return (await execa('bash', ['-c', script])).stdout
    }
    expect(await complete('do')).toBe('doctor')
    expect(await complete('build', 'f')).toBe('function')
    expect(await complete('build', '--ex')).toBe('--exclude')
    expect(await complete('completion', 'f')).toBe('fish')
    expect((await anyhandler(['completion', 'fish'])).stdout).toMatch(
      /^complete -c anyhandler -n __fish_use_subcommand -f -a invoke /,
    )
  })

  it('shows on a terminal what takes longer than a second, and takes it away again', async () => {
    const root = folder({})
    const log = join(root, 'terminal')
    const script = join(root, 'slow.ts')
    const progress = new URL('../../cli/src/progress.ts', import.meta.url).href
    writeFileSync(
      script,
      `import { during } from '${progress}'\nawait during('building', () => new Promise((done) => setTimeout(done, 1300)))\n`,
    )
    // `script` gives its program a terminal.
    await execa('script', ['--quiet', '--command', `${process.execPath} ${script}`, log])
    const shown = readFileSync(log, 'utf8').replaceAll(/… \d s/g, '… some s')
    expect(shown).toContain('\r\u001B[Kbuilding … some s\r\u001B[K')
    expect(await during('building', async () => 1)).toBe(1)
  })
})
