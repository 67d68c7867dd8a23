import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { rootOf } from './case.ts'
import type { Case, Run } from './case.ts'
import { eventsOf, namesIn } from './differential/names.ts'
import { runReference } from './differential/reference.ts'
import { runOurs, serve } from './serve.ts'
import type { ServeOptions } from './serve.ts'

const cache = fileURLToPath(new URL('../../../.cache/', import.meta.url))

/** Beside the machine's own: PyPy from the system's packages, the others from test/tools/fetch-pythons.sh. */
const interpreters: readonly (readonly [string, string])[] = [
  ['Debian 11', `${cache}pythons/debian-11/python3`],
  ['Debian 13', `${cache}pythons/debian-13/python3`],
  ['PyPy', '/usr/bin/pypy3'],
]

const present = interpreters.filter(([, file]) => existsSync(file))

test.runIf(process.env['CI'])('CI has every interpreter', () => {
  expect(present).toEqual(interpreters)
})

describe.each(present)('the Python of %s', (_name, file) => {
  const plugin: ServeOptions = { plugin: { interpreter: file } }
  const answers = (root: string, handler: string, ...events: readonly unknown[]) =>
    serve(
      { root: rootOf(root), handler },
      async ({ invoke }) => {
        const found: string[] = []
        for (const event of events) found.push((await invoke(event)).text())
        return found
      },
      plugin,
    )

  const names = namesIn('values', 'VALUES')
  let ours: Run
  let theirs: Run
  const one: Case = { root: rootOf('values'), handler: 'app.handler', events: [] }

  beforeAll(async () => {
    const events = eventsOf(names)
    ;[ours, theirs] = await Promise.all([runOurs({ ...one, events }, plugin), runReference({ ...one, events })])
  })

  test('gives the answers of awslambdaric', () => {
    const answered = theirs.outcomes.flatMap((outcome, index) => (outcome.kind === 'response' ? [index] : []))
    expect(answered.length).toBeGreaterThan(35)
    for (const index of answered)
      expect.soft(ours.outcomes[index]!.body.toString('latin1')).toBe(theirs.outcomes[index]!.body.toString('latin1'))
  })

  test('refuses what awslambdaric refuses', () => {
    const refused = theirs.outcomes.flatMap((outcome, index) => (outcome.kind === 'error' ? [index] : []))
    const typeOf = ({ outcomes }: Run, index: number) => [
      names[index],
      (outcomes[index]!.json() as { errorType: string }).errorType,
    ]
    // Older Pythons have no bound for the digits of a number.
    for (const index of refused)
      if (names[index] !== 'too big an integer') expect.soft(typeOf(ours, index)).toEqual(typeOf(theirs, index))
  })

  test('reports exceptions with file and line', async () => {
    const [error] = (await answers('errors', 'app.handler', 'in_another_module')).map(
      (text) => JSON.parse(text) as { stackTrace: string[] },
    )
    expect(error).toMatchObject({ errorType: 'LookupError', errorMessage: "deep down: [1, 'two']" })
    expect(
      error!.stackTrace.map((entry) => /File ".*\/(\w+\.py)", line \d+, in (\w+)\n/.exec(entry)?.slice(1)),
    ).toEqual([
      ['app.py', 'handler'],
      ['app.py', 'in_another_module'],
      ['helper.py', 'outer'],
      ['helper.py', 'inner'],
    ])
  })

  test('streams, awaits and forks', async () => {
    expect(await answers('streams', 'app.async_lines', { count: 2 })).toEqual(['line 0\nline 1\n'])
    expect(await answers('streams', 'app.lines', { count: 2 })).toEqual(['line 0\nline 1\n'])
    expect(await answers('asynchronous', 'app.keeps_the_loop', 1, 2)).toEqual(['[true, [1]]', '[true, [1, 2]]'])
    expect(await answers('processes', 'app.forks', 1, 2)).toEqual(['"parent"', '"parent"'])
  })

  test('logs in both formats', async () => {
    for (const format of ['Text', 'JSON']) {
      const log = await serve(
        { root: rootOf('logs'), handler: 'app.handler', variables: { AWS_LAMBDA_LOG_FORMAT: format } },
        async ({ invoke, records }) => {
          await invoke('exception')
          await invoke('prints')
          return records.join('')
        },
        plugin,
      )
      expect(log).toContain('it failed')
      expect(log).toContain("invalid literal for int() with base 10: 'x'")
      expect(log).toContain('two - words')
    }
  })

  test('is the one that runs', async () => {
    const { stdout } = spawnSync(file, ['-c', 'import sys; print(sys.version)'], { encoding: 'utf8' })
    const [version] = await answers('loading', 'good.version', 1)
    expect(JSON.parse(version!)).toBe(stdout.trimEnd())
  })
})

test('a Python that is too old says so', () => {
  const driver = fileURLToPath(new URL('../../../plugins/python-subprocess/driver/start.py', import.meta.url))
  const pretend = `import sys; sys.version_info = (3, 8, 1); sys.argv = [${JSON.stringify(driver)}]; exec(compile(open(sys.argv[0]).read(), sys.argv[0], "exec"))`
  const { stderr, status } = spawnSync('python3', ['-c', pretend], { encoding: 'utf8' })
  expect([stderr, status]).toEqual([expect.stringMatching(/^Python 3\.9 or newer is needed, .* is 3\./), 1])
})

test('the driver uses no syntax and no module that Python 3.9 lacks', () => {
  const vermin = `${cache}vermin`
  const driver = fileURLToPath(new URL('../../../plugins/python-subprocess/driver', import.meta.url))
  const { stdout, stderr, status } = spawnSync(
    'python3',
    [`${vermin}/bin/vermin`, '-t=3.9-', '--no-tips', '--eval-annotations', '--violations', driver],
    {
      env: { ...process.env, PYTHONPATH: vermin },
      encoding: 'utf8',
    },
  )
  expect(stderr).toBe('')
  expect(stdout).toContain('Minimum required versions: 3.')
  expect(status).toBe(0)
})
