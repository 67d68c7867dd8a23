import { expect, test } from 'vitest'
import { rootOf } from './case.ts'
import { eventsOf, namesIn } from './differential/names.ts'
import { expectSame } from './differential/same.ts'
import { runOurs } from './serve.ts'

const root = rootOf('reports')

/** The reports stand in docs/decisions/field-reports.md. */
test('what people report of Python on Lambda is as with awslambdaric', { timeout: 60_000 }, async () => {
  const names = namesIn('reports', 'WAYS').filter((name) => name !== 'output_before_the_end')
  const { outcomes } = await expectSame({ root, handler: 'app.handler', events: eventsOf(names) })
  const seen = Object.fromEntries(names.map((name, index) => [name, outcomes[index]!.kind]))
  expect(Object.keys(seen).filter((name) => seen[name] === 'error')).toEqual([
    'datetime_in_answer',
    'pattern_in_answer',
    'dataclass_in_answer',
  ])
})

test.each(['loop_of_a_client', 'asyncio_run'])('a loop that is kept is kept, and only that one: %s', async (name) => {
  const { outcomes } = await expectSame({ root, handler: `app.${name}`, events: eventsOf(['1', '2', '3']) })
  expect(outcomes.map((outcome) => outcome.json())).toEqual(
    name === 'asyncio_run' ? [true, false, false] : [true, true, true],
  )
})

test('what was printed before a sudden end is in the error', async () => {
  const { outcomes } = await runOurs({ root, handler: 'app.handler', events: eventsOf(['output_before_the_end']) })
  expect(outcomes[0]!.json()).toMatchObject({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringContaining(
      'exited with code 3 during the event; the last lines of its log:\nwhat led to it',
    ),
  })
})
