import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { anyhandler } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'
import { schemaFiles } from '../../support/schemas.ts'
import { runTest } from './run-test.ts'

const echo = { 'echo.sql': '-- answer: body application/json\nSELECT event();\n' }

/** What is wrong with a case file: its text, and the sentence. */
const faults: readonly (readonly [string, string])[] = [
  [
    'cases:\n  one:\n    expect:\n      statsu: 200\n',
    "echo.case.yaml:4: cases.one.expect.statsu is not a known key (did you mean 'status'?); allowed are answer, ",
  ],
  [
    'case:\n  one: {}\n',
    "echo.case.yaml:1: case is not a known key (did you mean 'cases'?); allowed are handler, as, env,",
  ],
  ['handler: echo\n', 'echo.case.yaml:1: there is no key cases; it must be a mapping of sentences to cases'],
  ['cases:\n  - one\n', 'echo.case.yaml:1: cases is a list; it must be a mapping of sentences to cases'],
  [
    'cases:\n  one:\n    timeout: soon\n',
    "echo.case.yaml:3: cases.one.timeout is 'soon'; it must be a number of seconds",
  ],
  ['cases:\n  one: {\n', 'echo.case.yaml:3: it is not YAML: '],
  ['cases:\n  one:\n    event: *nope\n', 'echo.case.yaml: it is not YAML: Unresolved alias'],
  [
    'cases:\n  one:\n    env: { C: "a\\0b" }\n',
    'echo.case.yaml:3: env.C holds a NUL byte; remove it, because variables cannot contain one',
  ],
  [
    'cases:\n  one:\n    request: GET /\n    as: []\n',
    'echo.case.yaml:4: cases.one.as is a list; it must be all, or one',
  ],
  [
    'cases:\n  one:\n    steps: []\n',
    'echo.case.yaml:3: cases.one.steps is a list; it must be a list of at least one step',
  ],
  ['cases:\n  __proto__: {}\n', "echo.case.yaml:1: a case has a name that JavaScript can't use as a key; "],
  [
    'cases:\n  one:\n    expect: { files: { ../x: null } }\n',
    "echo.case.yaml:3: files['../x'] leads out of the case's folder; write a path below it",
  ],
  ['cases:\n  one: {}\n  one: {}\n', 'echo.case.yaml:3: it is not YAML: Map keys must be unique'],
  [
    "cases:\n  'a b':\n    event: 1\n    request: GET /\n",
    'echo.case.yaml:4: event and request are given both; keep one of them',
  ],
  ['cases:\n  one:\n    body: x\n', 'echo.case.yaml:3: body goes with request; '],
  ['cases:\n  one:\n    request: links\n', "echo.case.yaml:3: request is 'links', which is not a method and a path"],
  ['cases:\n  one:\n    sample: sqss\n', "echo.case.yaml:3: there is no sample event 'sqss'; did you mean sqs?"],
  ['cases:\n  one:\n    eventFile: none.json\n', "echo.case.yaml:3: none.json can't be read: "],
  [
    'cases:\n  one:\n    sample: sqs\n    set: { Records.7.body: x }\n',
    "echo.case.yaml:3: set Records.7.body: '7' is not a position in a list of 2",
  ],
  ['cases:\n  one:\n    expect:\n      answer matches: (\n', 'echo.case.yaml:4: Invalid regular expression: /(/'],
  ['cases:\n  one:\n    expect:\n      answer at:\n        "a[": 1\n', "echo.case.yaml:5: 'a[' is not a JSON path"],
  ['cases:\n  one:\n    files: { ../x: y }\n', "echo.case.yaml:3: files['../x'] leads out of the case's folder"],
  [
    'cases:\n  one:\n    database: { from: none.db }\n',
    "echo.case.yaml:3: database.from is 'none.db', which does not exist",
  ],
  [
    'cases:\n  one:\n    event: 1\n    steps: [{}]\n',
    'echo.case.yaml:3: event is not allowed beside steps; move it into a step',
  ],
  [
    'cases:\n  one:\n    as: soap\n',
    "echo.case.yaml:3: cases.one.as is 'soap'; it must be all, or one or several of http, rest",
  ],
  ['cases:\n  one:\n    as: rest\n', 'echo.case.yaml:3: as goes with request'],
]

describe('a case file that is wrong', () => {
  // One folder for all: each file is refused by itself.
  it('is refused with its line, the key and the cure, while the others run', async () => {
    const files = faults.map(([text], index) => [`f${index}/echo.case.yaml`, text] as const)
    const { stderr, exitCode, stdout } = await runTest({
      ...echo,
      ...Object.fromEntries(files),
      'echo.case.yaml': 'cases:\n  good:\n    event: 1\n    expect: { answer: 1 }\n',
    })
    expect(exitCode).toBe(2)
    expect(stdout).toContain('1 passed')
    const lines = stderr.trimEnd().split('\n')
    for (const [index, [, sentence]] of faults.entries()) {
      const line = lines.find((one) => one.startsWith(`anyhandler: f${index}/`))
      expect(line?.slice(`anyhandler: f${index}/`.length, `anyhandler: f${index}/`.length + sentence.length)).toBe(
        sentence,
      )
    }
    expect(lines).toHaveLength(faults.length)
  })
})

describe('anyhandler test', () => {
  it('says what it lacks: a folder, cases, cases of that name', async () => {
    const cwd = folder({ ...echo, 'echo.case.yaml': 'cases:\n  one: {}\n', 'empty/x.sql': 'SELECT 1;\n' })
    expect(await anyhandler(['test', 'nowhere'], { cwd })).toMatchObject({
      exitCode: 2,
      stderr: 'anyhandler: DIR nowhere is not a folder\n',
    })
    expect(await anyhandler(['test', 'empty'], { cwd })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('there is no *.case.yaml below empty') as string,
    })
    expect(await anyhandler(['test', '.', 'three', 'two'], { cwd })).toMatchObject({
      exitCode: 2,
      stderr: 'anyhandler: none of the 1 cases below . matches three or two\n',
    })
    expect(await anyhandler(['test', '.', '--reporter', 'html'], { cwd })).toMatchObject({ exitCode: 2 })
  })

  it('takes the handlers’ folder from the nearest configuration, and the handler from the file’s name', async () => {
    const { stdout, exitCode } = await runTest({
      'a/anyhandler.config.yaml': 'handlers: { other: echo }\n',
      'a/echo.sql': echo['echo.sql'],
      'a/other.case.yaml': 'cases:\n  mapped: { event: 1, expect: { answer: 1 } }\n',
      'reports/monthly.sql': echo['echo.sql'],
      'reports/monthly.case.yaml': 'cases:\n  below: { event: 2, expect: { answer: 2 } }\n',
    })
    expect({ stdout, exitCode }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('2 passed') as string })
  })

  it('runs only what the filters name', async () => {
    const cases = 'cases:\n  alpha: { skip: not now }\n  beta: { skip: not now }\n  gamma: { skip: not now }\n'
    const cwd = folder({ ...echo, 'one.case.yaml': cases, 'two.case.yaml': cases })
    const left = async (...filters: string[]): Promise<readonly string[]> => {
      const { stdout } = await anyhandler(['test', '.', ...filters, '--json'], { cwd })
      const { cases: all } = JSON.parse(stdout) as { cases: { file: string; name: string }[] }
      return all.map(({ file, name }) => `${file[0]}:${name}`)
    }
    expect(await left('one')).toEqual(['o:alpha', 'o:beta', 'o:gamma'])
    expect(await left('two.case.yaml:3', 'GAM')).toEqual(['o:gamma', 't:beta', 't:gamma'])
  })
})

describe('the JSON schema of case files', () => {
  it.each(schemaFiles())('$file is what the validator says: npm run schemas', ({ file, text }) => {
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  it('takes what the validator takes, and refuses an unknown key', () => {
    const validate = new Ajv({ strict: false }).compile(JSON.parse(schemaFiles()[0]?.text ?? '') as object)
    const example = readFileSync(join(import.meta.dirname, '../../../examples/links/create.case.yaml'), 'utf8')
    expect([validate(parse(example)), validate.errors]).toEqual([true, null])
    expect(validate({ cases: { one: { expect: { statsu: 200 } } } })).toBe(false)
  })
})
