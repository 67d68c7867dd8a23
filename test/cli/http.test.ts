import { describe, expect, it } from 'vitest'
import { anyhandler } from '../support/command.ts'
import { folder } from '../support/folder.ts'

const files = {
  'echo.sql': '-- answer: body application/json\nSELECT event();\n',
  'made.sh': "respond 201 'Content-Type: text/plain' 'Set-Cookie: a=1' 'Set-Cookie: b=2'\necho made\n",
  'typo.sh': `echo '{"statusCode":200,"Body":"hi"}'\n`,
  'stream.sh': "respond 202 'X-A: b'\nstream\necho one\necho two\n",
  'fails.sh': 'exit 3\n',
  'body.txt': 'two\nlines\n',
}
const invoke = (...args: readonly string[]) => anyhandler(['invoke', ...args, '--root', '.'], { cwd: folder(files) })

describe('anyhandler invoke --http', () => {
  it('prints what the client sees, as curl -i does', async () => {
    for (const kind of ['rest', 'http', 'http-1.0', 'url', 'alb-multi']) {
      const { stdout, stderr, exitCode } = await invoke('made', '--http', 'POST /links?x=1', '--as', kind)
      expect(stdout.toLowerCase().replace(/(content-type: text\/plain\r\n)/, '')).toBe(
        'http/1.1 201 created\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n\r\nmade\n',
      )
      expect({ kind, stderr, exitCode }).toEqual({ kind, stderr: '', exitCode: 0 })
    }
  })

  it('says what the front door makes of a mistake', async () => {
    const { stdout, stderr, exitCode } = await invoke('typo', '--http', '/', '--as', 'rest')
    expect(stdout).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/)
    expect(stderr).toContain('anyhandler: error: REST API refuses the answer because of the key `Body`')
    expect(exitCode).toBe(1)
    expect(await invoke('typo', '--http', '/', '--as', 'url')).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('anyhandler: warning: Function URL ignores the key `Body`') as string,
    })
  })

  it('prints the function’s own bytes with --raw', async () => {
    const { stdout } = await invoke('made', '--http', '/', '--as', 'rest', '--raw')
    expect(JSON.parse(stdout)).toMatchObject({ statusCode: 201, multiValueHeaders: { 'set-cookie': ['a=1', 'b=2'] } })
  })

  it('shows a function error as its front door does', async () => {
    const { stdout, stderr, exitCode } = await invoke('fails', '--http', '/', '--as', 'url')
    expect(stdout).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n[^]*\r\n\r\nInternal Server Error$/)
    expect(stderr).toContain('the function failed: Function.ExitStatus')
    expect(exitCode).toBe(1)
  })

  it('shows streams, where they can be', async () => {
    expect((await invoke('stream', '--http', '/', '--as', 'url')).stdout).toBe(
      'HTTP/1.1 202 Accepted\r\nX-A: b\r\n\r\none\ntwo\n',
    )
    const collected = await invoke('stream', '--http', '/', '--as', 'http')
    expect(collected.stdout).toMatch(/^HTTP\/1\.1 202 Accepted\r\n[^]*\r\n\r\none\ntwo\n$/)
    expect(collected.stderr).toContain("HTTP API can't stream: the answer is collected")
  })

  it('makes the event of method, path, headers and data', async () => {
    const event = async (...args: readonly string[]) =>
      JSON.parse((JSON.parse((await invoke('echo', '--raw', ...args)).stdout) as { body: string }).body) as {
        body: string
        headers: Record<string, string>
        rawQueryString: string
        requestContext: { http: { method: string } }
      }
    const plain = await event('--http', '/links?x=1')
    expect(plain).toMatchObject({
      rawPath: '/links',
      rawQueryString: 'x=1',
      requestContext: { http: { method: 'GET' } },
    })
    const json = await event('--http', '/links', '--data', '{"a":1}', '--header', 'X-A: b', '--header', 'x-a: c')
    expect(json).toMatchObject({ body: '{"a":1}', requestContext: { http: { method: 'POST' } } })
    expect(json.headers).toMatchObject({ 'content-type': 'application/json', 'x-a': 'b, c' })
    const form = await event('--http', 'PUT /links', '--data', 'a=1')
    expect(form.headers['content-type']).toBe('application/x-www-form-urlencoded')
    const file = await event('--http', '/links', '--data', '@body.txt', '--header', 'Content-Type: text/plain')
    expect(file.body).toBe('two\nlines\n')
    const set = await event('--http', '/links', '--set', 'pathParameters.slug=way')
    expect(set).toMatchObject({ pathParameters: { slug: 'way' } })
  })

  it.each([
    [['--http', 'links'], "--http 'links' is not a method and a path, such as 'POST /links?x=1'"],
    [
      ['--http', '/', '--as', 'soap'],
      '--as soap is not known; there are url, rest, http, http-1.0, alb, alb-multi, lattice, lattice-1',
    ],
    [['--http', '/', '--header', 'x'], "--header 'x' is not a header, such as 'Content-Type: text/plain'"],
    [['--http', '/', '--data', '@/not/there'], '--data @/not/there cannot be read'],
    [['--http', '/', '--event', '{}'], '--event and --http are given both'],
    [['--header', 'a: b'], '--header goes with --http'],
    [['--set', 'a=b'], '--set goes with --example or --http'],
    [['--example', 'sqss'], "there is no sample event 'sqss'; did you mean sqs? (see anyhandler event)"],
    [['--example', 'sqs', '--set', 'Records'], '--set Records is not path=value, such as Records.0.body=hello'],
    [['--example', 'sqs', '--set', 'Records.7.body=x'], "--set Records.7.body=x: '7' is not a position in a list of 2"],
    [['--example', 'sqs', '--set', 'Records.0.body.x=y'], "'x' can't be inside a string"],
  ])('refuses %j', async (args, message) => {
    const { stderr, exitCode } = await invoke('echo', ...args)
    expect(stderr).toContain(message)
    expect(exitCode).toBe(2)
  })
})

describe('anyhandler event', () => {
  it('lists at least forty sample events with their kinds', async () => {
    const { stdout, exitCode } = await anyhandler(['event'])
    const lines = stdout.trimEnd().split('\n')
    expect(lines.length).toBeGreaterThanOrEqual(40)
    expect(lines).toContainEqual(expect.stringMatching(/^s3-encoded-key +s3$/))
    for (const line of lines) expect(line).toMatch(/^[a-z0-9.-]+ +[a-z0-9.-]+$/)
    expect(lines.join('\n')).not.toContain(' other')
    expect(exitCode).toBe(0)
  })

  it('prints one, changed or not', async () => {
    expect(JSON.parse((await anyhandler(['event', 'schedule'])).stdout)).toMatchObject({ source: 'aws.events' })
    const { stdout } = await anyhandler([
      'event',
      'sqs',
      '--set',
      'Records.0.body={"a":1}',
      '--set',
      'Records.0.attributes.Extra=5',
      '--set',
      'Records.2={}',
    ])
    expect(JSON.parse(stdout)).toMatchObject({
      Records: [{ body: '{"a":1}', attributes: { Extra: 5 } }, { body: 'plain text' }, {}],
    })
  })

  it('gives its events to handlers', async () => {
    const { stdout } = await invoke('echo', '--example', 'sqs', '--set', 'Records.0.body=hello')
    expect(JSON.parse(stdout)).toMatchObject({ Records: [{ body: 'hello' }, { body: 'plain text' }] })
  })
})
