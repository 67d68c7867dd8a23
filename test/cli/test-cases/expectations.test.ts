import { describe, expect, it } from 'vitest'
import { anyhandler } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'
import { differing, reportOf } from './run-test.ts'

const handlers = {
  'echo.sql': '-- answer: body application/json\nSELECT event();\n',
  'app.sh':
    'say() { echo "first line" >&2; echo "second line: $SECRET" >&2; printf "hello\\n"; }\n' +
    'fail() { echo going >&2; (exit 3) || exit 3; }\n' +
    'web() { respond 201 "Content-Type: text/plain" "X-One: 1" "Set-Cookie: a=1" "Set-Cookie: b=2"; printf "made %s" "$(method)"; }\n' +
    'bytes() { printf "\\377\\000"; }\n' +
    'files() { printf "one\\ntwo\\n" >"$DATA/out.txt"; cat "$DATA/in.txt"; rm "$DATA/in.txt"; }\n',
}

const echoed = (expectation: string): string =>
  `    handler: echo\n    event: { a: 1, list: [{ sku: pen, n: 2 }, { sku: ink, n: 3 }], text: some words }\n    expect:\n${expectation}`

const good = `cases:
  exactly:
${echoed('      answer: { a: 1, list: [{ sku: pen, n: 2 }, { sku: ink, n: 3 }], text: some words }\n')}
  as a text:
${echoed('      answer: \'{"a":1,"list":[{"sku":"pen","n":2},{"sku":"ink","n":3}],"text":"some words"}\'\n')}
  a part:
${echoed('      answer contains: { list: [{ sku: ink }] }\n      answer lacks: [other, words of]\n')}
  by pattern:
${echoed("      answer matches: { text: '^some', list: [{ n: '^[0-9]$' }] }\n")}
  a text by pattern:
${echoed("      answer matches: 'some words\"}$'\n")}
  by path:
${echoed("      answer at: { 'list[0].sku': pen, '$..n': [2, 3], a: 1 }\n")}
  log, whole:
    handler: app.say
    env: { SECRET: s }
    expect: { answer: "hello\\n", log: [first line, 'second line: s'] }
  log, in parts:
    handler: app.say
    env: { SECRET: s }
    expect: { log contains: [first, second], log lacks: third, log matches: ['^first line$', 's$'] }
  a failure:
    handler: app.fail
    expect:
      error: { type: Function.ExitStatus, message contains: exit status 3, message matches: 'app\\.sh:2' }
      log contains: going
  a failure by its type:
    handler: app.fail
    expect: { error: Function.ExitStatus }
  what the client sees:
    handler: app.web
    as: [http, rest, url, alb-multi, lattice]
    request: POST /x
    expect:
      status: 201
      headers: { x-one: 1, Content-Type: text/plain, x-none: null }
      headers match: { content-type: '^text/' }
      body: made POST
      body matches: '^made'
  cookies:
    handler: app.web
    request: GET /x
    expect: { headers: { set-cookie: [a=1, b=2] } }
  bytes:
    handler: app.bytes
    expect: { answer base64: /wA= }
  files:
    handler: app.files
    env: { DATA: '{{tmp}}/data' }
    files: { data/in.txt: hello, data/value.json: { a: 1 } }
    expect:
      answer: hello
      files: { data/out.txt: "one\\ntwo\\n", data/in.txt: null, data/value.json: { a: 1 } }
      files contain: { data/out.txt: two }
`

/** Each expectation is wrong in one way; the name says which key must differ. */
const wrong: readonly (readonly [key: string, body: string])[] = [
  ['answer', echoed('      answer: { a: 2 }\n')],
  ['answer contains', echoed('      answer contains: { list: [{ sku: ink, n: 2 }] }\n')],
  ['answer contains', echoed('      answer contains: nowhere\n')],
  ['answer lacks', echoed('      answer lacks: words\n')],
  ['answer matches.text', echoed('      answer matches: { text: ^words }\n')],
  ['answer at.list[0].sku', echoed("      answer at: { 'list[0].sku': ink }\n")],
  ['log', '    handler: app.say\n    expect: { log: [first line] }\n'],
  ['log contains', '    handler: app.say\n    expect: { log contains: third }\n'],
  ['log lacks', '    handler: app.say\n    expect: { log lacks: second }\n'],
  ['log matches', "    handler: app.say\n    expect: { log matches: '^line' }\n"],
  ['error.type', '    handler: app.fail\n    expect: { error: Function.Other }\n'],
  ['error.message contains', '    handler: app.fail\n    expect: { error: { message contains: nothing } }\n'],
  ['error', '    handler: app.say\n    expect: { error: Function.ExitStatus }\n'],
  ['error', '    handler: app.fail\n'],
  ['status', '    handler: app.web\n    request: GET /\n    expect: { status: 200 }\n'],
  ['status', '    handler: echo\n    event: {}\n    expect: { status: 200 }\n'],
  ['headers.x-one', '    handler: app.web\n    request: GET /\n    expect: { headers: { x-one: 2 } }\n'],
  ['headers match.x-one', '    handler: app.web\n    request: GET /\n    expect: { headers match: { x-one: two } }\n'],
  ['body', '    handler: app.web\n    request: GET /\n    expect: { body: made }\n'],
  ['body contains', '    handler: app.web\n    request: GET /\n    expect: { body contains: POST }\n'],
  ['answer base64', '    handler: app.bytes\n    expect: { answer base64: AA== }\n'],
  ['files.x', '    handler: echo\n    files: { x: a }\n    expect: { files: { x: b } }\n'],
  ['files.y', '    handler: echo\n    expect: { files: { y: b } }\n'],
  ['files.x', '    handler: echo\n    files: { x: a }\n    expect: { files: { x: null } }\n'],
]

describe('an expectation', () => {
  it('holds where what came is as it says', async () => {
    const report = await reportOf({ ...handlers, 'all.case.yaml': good })
    expect(differing({ ...report, cases: report.cases.filter(({ status }) => status !== 'passed') })).toEqual({})
    expect(report).toMatchObject({ passed: 18, failed: 0, skipped: 0 })
  })

  it('fails where it is not, and names the key', async () => {
    const cases = wrong.map(([key, body], index) => `  ${JSON.stringify(`${index} ${key}`)}:\n${body}`).join('')
    const report = await reportOf({ ...handlers, 'all.case.yaml': `cases:\n${cases}` })
    expect(report.faults).toEqual([])
    expect(differing(report)).toEqual(Object.fromEntries(wrong.map(([key], index) => [`${index} ${key}`, [key]])))
  })

  it('that fails shows what was expected, what came, the log, and how to run that case alone', async () => {
    const file =
      'cases:\n  it says hello:\n    handler: app.say\n    expect:\n      answer: |\n        goodbye\n        world\n'
    const root = folder({ ...handlers, 'sub/say.case.yaml': `${file}  another:\n    handler: app.say\n` })
    const { stdout, exitCode } = await anyhandler(['test', '.'], { cwd: root })
    expect(exitCode).toBe(1)
    expect(stdout).toContain(
      [
        '✗ it says hello  sub/say.case.yaml:2',
        '    answer  - expected  + got',
        '      - goodbye',
        '      - world',
        '      + hello',
        '        ',
        '    log:',
        '      first line',
        '      second line: ',
        '    run it alone: npx anyhandler test . sub/say.case.yaml:2',
      ].join('\n'),
    )
    const command = /run it alone: npx anyhandler (?<args>.+)/.exec(stdout)?.groups?.['args']
    const alone = await anyhandler(command?.split(' ') ?? [], { cwd: root })
    expect(alone.stdout).toContain('1 failed')
  })
})
