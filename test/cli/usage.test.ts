import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { anyhandler, bin } from '../support/command.ts'

describe('the command line', () => {
  it('lists the commands when it gets none, and calls that wrong usage', async () => {
    const { stdout, exitCode } = await anyhandler([])
    expect(stdout).toMatch(/^anyhandler \d+\.\d+\.\d+: AWS Lambda handlers in any language/)
    expect(stdout).toMatch(/^ {2}invoke +runs a handler once, locally$/m)
    expect(exitCode).toBe(2)
  })

  it.each(['invoke', 'run', 'plugins'])('explains %s with --help', async (command) => {
    const { stdout, exitCode } = await anyhandler([command, '--help'])
    expect(stdout).toMatch(new RegExp(`^Usage: anyhandler ${command}`))
    expect(exitCode).toBe(0)
  })

  it.each([
    [['invok'], "there is no command 'invok'; did you mean invoke? (see anyhandler --help)"],
    [
      ['invoke', 'hello', '--rot', '.'],
      'invoke has no flag --rot; did you mean --root? (see anyhandler invoke --help)',
    ],
    [['invoke'], 'invoke needs HANDLER (see anyhandler invoke --help)'],
    [['invoke', 'a', 'b'], "invoke takes [HANDLER], not also 'b' (see anyhandler invoke --help)"],
    [['invoke', 'a', '--root', '/no/such'], '--root /no/such is not a folder'],
    [['invoke', 'a', '--timeout', 'soon'], '--timeout soon is not a number of seconds above 0 and up to 900'],
    [
      ['invoke', 'a', '--event', '{', '--event-file', 'x'],
      '--event and --event-file are given both; one event is enough',
    ],
    [['invoke', 'a', '--event-file', '/no/such'], '--event-file /no/such cannot be read: '],
    [['invoke', 'a', '--event', '{'], '--event is not JSON: '],
    [
      ['event', '--set', 'a=b'],
      'event --set needs the NAME of the sample event to change (anyhandler event lists them)',
    ],
  ])('refuses %j', async (args, message) => {
    const { stdout, stderr, exitCode } = await anyhandler(args)
    expect(stderr).toContain(`anyhandler: ${message}`)
    expect(stderr.trimEnd()).not.toContain('\n')
    expect(stdout).toBe('')
    expect(exitCode).toBe(2)
  })

  it('says in one sentence that Node is too old, before it imports anything', async () => {
    const old = (
      await execa('sh', ['-c', 'PATH=/usr/local/bin:/usr/bin:/bin; command -v node; node --version'], { reject: false })
    ).stdout.split('\n')
    const [node = '', version = ''] = old
    // Where the system's Node is new enough, the same file is made to believe that it is not.
    const fake = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.1.0'}})`
    const args = /^v(1\d|20|21)\./.test(version) ? [bin] : ['--import', fake, bin]
    const { stderr, stdout, exitCode } = await execa(args.length === 1 ? node : process.execPath, args, {
      reject: false,
    })
    expect(stderr).toMatch(/^anyhandler needs Node\.js 22\.19 or later, and runs best on 24; this is \d+\.\d+\.\d+\./)
    expect(stderr).not.toContain('\n')
    expect(stdout).toBe('')
    expect(exitCode).toBe(2)
  })
})
