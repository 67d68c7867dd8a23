import { describe, expect, test } from 'vitest'
import { linesOf, rootOf } from './case.ts'
import type { Case, Run } from './case.ts'
import { runReference } from './differential/reference.ts'
import { runOurs } from './serve.ts'

/** What both make of a handler of test/cases/python/differences. */
async function both(
  handler: string,
  texts: readonly string[],
  more: Partial<Case> = {},
): Promise<{ ours: Run; aws: Run }> {
  const one: Case = {
    root: rootOf('differences'),
    handler: `app.${handler}`,
    events: texts.map((text) => ({ text })),
    ...more,
  }
  const [ours, aws] = await Promise.all([runOurs(one), runReference(one)])
  return { ours, aws }
}

const messages = ({ outcomes }: Run) =>
  outcomes.map((outcome) => (outcome.json() as { errorMessage: string }).errorMessage)
const kinds = ({ outcomes }: Run) => outcomes.map(({ kind }) => kind)

/** Each stands in docs/python.md under "Differences". */
describe('other than awslambdaric', () => {
  test("an event that is no JSON is described in the words of Python's own json", async () => {
    const { ours, aws } = await both('echo', ['{"a":1,}', '[1 2]', 'NaN', '{} x', '"\\x"'])
    expect(messages(aws)).toEqual([
      'Unable to unmarshal input: Illegal trailing comma before end of object: line 1 column 7 (char 6)',
      "Unable to unmarshal input: Expecting ',' delimiter or ']': line 1 column 4 (char 3)",
      'Unable to unmarshal input: Expecting value: line 1 column 1 (char 0)',
      'Unable to unmarshal input: Extra data: line 1 column 4 - line 1 column 5 (char 3 - 4)',
      "Unable to unmarshal input: Invalid \\X escape sequence 'x': line 1 column 3 (char 2)",
    ])
    for (const outcome of ours.outcomes) expect(outcome.errorType).toBe('Runtime.UnmarshalError')
    expect(messages(ours)[1]).toBe("Unable to unmarshal input: Expecting ',' delimiter: line 1 column 4 (char 3)")
    expect(messages(ours)[2]).toBe('Unable to unmarshal input: Expecting value: NaN is not JSON')
  })

  test("half a surrogate pair is answered as its JSON escape; AWS's client ends its process", async () => {
    const { ours, aws } = await both('surrogate', ['"answer"', '"\\ud83c"'])
    expect(kinds(aws)).toEqual(['exit', 'exit'])
    expect(ours.outcomes.map((outcome) => outcome.text())).toEqual(['"half a pair: \\ud83c"', '"\\ud83c"'])
  })

  test('so it is in an error message', async () => {
    const { ours, aws } = await both('surrogate_error', ['1'])
    expect(kinds(aws)).toEqual(['exit'])
    expect(messages(ours)).toEqual(['half a pair: \ud83c'])
  })

  test("an exception whose text can't be made is reported; AWS's client ends its process", async () => {
    const { ours, aws } = await both('unprintable', ['"fail"', '1'])
    expect(kinds(aws)).toEqual(['exit', 'response'])
    expect(kinds(ours)).toEqual(['error', 'response'])
    expect(ours.outcomes[0]!.json()).toMatchObject({
      errorType: 'Unprintable',
      errorMessage: '<exception str() failed>',
    })
  })

  test("exc_info=True without an exception doesn't fail the event in the JSON log format", async () => {
    const { ours, aws } = await both('no_exception', ['1'], { variables: { AWS_LAMBDA_LOG_FORMAT: 'JSON' } })
    expect(aws.outcomes[0]!.json()).toMatchObject({ errorType: 'AttributeError' })
    expect(ours.outcomes[0]!.json()).toBe('well')
    expect(JSON.parse(ours.log[0]!)).toMatchObject({ level: 'ERROR', message: 'no exception' })
  })

  test('each call of context.log() is a line', async () => {
    const { ours, aws } = await both('context_without_newline', ['1'])
    expect(aws.log).toEqual(['no newline5'])
    expect(ours.log.map((line) => line.split('\t').at(-1))).toEqual(['no newline', '5'])
  })

  test('generators and coroutines are answers', async () => {
    for (const [handler, text] of [
      ['generator', 'streamed'],
      ['coroutine', '"awaited"'],
    ] as const) {
      const { ours, aws } = await both(handler, ['1'])
      expect(aws.outcomes[0]!.json()).toMatchObject({
        errorType: 'Runtime.MarshalError',
        errorMessage: `Unable to marshal response: Object of type ${handler} is not JSON serializable`,
      })
      expect(ours.outcomes[0]!.text()).toBe(text)
    }
  })

  test('a failed start is reported without a warning that AWS may have changed its runtime', async () => {
    const { ours, aws } = await both('handler', ['1'], { root: rootOf('loading'), handler: 'raises.handler' })
    expect(aws.log[0]).toContain(
      'LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code.',
    )
    expect(linesOf(ours.log.join('\n')).filter((line) => line.includes('LAMBDA_WARNING'))).toEqual([])
  })

  test("no frame of the runtime is shown when the handler can't be called at all", async () => {
    const { ours, aws } = await both('handler', ['1'], { root: rootOf('errors'), handler: 'app.no_parameters' })
    expect(aws.outcomes[0]!.json()).toMatchObject({
      stackTrace: [expect.stringContaining('/awslambdaric/bootstrap.py')],
    })
    expect(ours.outcomes[0]!.json()).toMatchObject({ errorType: 'TypeError', stackTrace: [] })
  })

  test('a module that ends Python at its import is told as such', async () => {
    // AWS's client ends with it, before it asks for an event.
    const ours = await runOurs({ root: rootOf('loading'), handler: 'exits.handler', events: [{ text: '1' }] })
    expect(ours.outcomes[0]).toMatchObject({ kind: 'initError', errorType: 'Runtime.ExitError' })
    expect(messages(ours)).toEqual(["'exits.handler' ended Python with SystemExit(3) while it was imported"])
  })

  test('a missing file is told with what was looked for', async () => {
    const { ours, aws } = await both('handler', ['1'], { root: rootOf('loading'), handler: 'nowhere.handler' })
    expect(messages(aws)).toEqual(["Unable to import module 'nowhere': No module named 'nowhere'"])
    expect(ours.outcomes[0]).toMatchObject({ kind: 'initError', errorType: 'Runtime.ImportModuleError' })
    expect(messages(ours)[0]).toContain('nowhere')
  })
})
