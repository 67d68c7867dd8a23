import type { InvokeOptions } from '../../runtime-api-server/event.ts'
import type { Outcome } from '../../runtime-api-server/outcome.ts'
import type { Case } from './case.ts'
import { expectGood } from './comparing.ts'
import { fail } from './conformance-error.ts'
import { asJson } from './handlers.ts'
import { withHost } from './running-host.ts'

/**
 * Some languages know only their remaining time, and the clock goes on during the call. The deadlines of two events in
 * a row are further apart. Milliseconds.
 */
const deadlineTolerance = 1_500

const arn = (name: string): string => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`
const traceId = (digit: string): string => `Root=1-5759e988-${digit.repeat(24)};Parent=${digit.repeat(16)};Sampled=1`

/** The next event, which has other values or none, must not see the values of an earlier one. */
const events: readonly InvokeOptions[] = [
  { id: 'context-1', timeout: 4_000, functionArn: arn('first') },
  { id: 'context-2', timeout: 9_000, functionArn: arn('second'), traceId: traceId('a') },
  { id: 'context-3', timeout: 3_000, functionArn: arn('second'), traceId: traceId('b') },
  { id: 'context-4', timeout: 6_000, functionArn: arn('first') },
]

/**
 * `context`: the handler answers with its context, as JSON:
 * `{"requestId":…,"deadlineMs":…,"functionArn":…,"traceId":…}`. `deadlineMs` is in epoch milliseconds; `traceId` is
 * null or absent for an event without one.
 */
export const context: Case = (subject, handler) =>
  withHost(subject, handler.handler, async (host) => {
    for (const [index, options] of events.entries()) {
      const outcome = await host.invoke(`{"n":${index}}`, options)
      expectGood(outcome)
      const told = handler.read ? handler.read(outcome.body) : asJson(outcome.body)
      compare(told, options, outcome)
    }
  })

function compare(told: unknown, { id, functionArn, traceId: given }: InvokeOptions, outcome: Outcome): void {
  const trace = given ?? null
  if (typeof told !== 'object' || told === null) fail(`the answer was to be a JSON object, not ${outcome.text()}`)
  const { requestId, deadlineMs, functionArn: toldArn, traceId: toldTrace = null } = told as Record<string, unknown>
  const complain = (what: string, got: unknown, expected: unknown): never =>
    fail(
      `the handler of the event ${id} was told ${JSON.stringify(got)} as its ${what}; it is ${JSON.stringify(expected)}`,
    )
  if (requestId !== id) complain('request id', requestId, id)
  if (typeof deadlineMs !== 'number' || Math.abs(deadlineMs - outcome.deadline) > deadlineTolerance)
    complain('deadline', deadlineMs, outcome.deadline)
  if (toldArn !== functionArn) complain('function ARN', toldArn, functionArn)
  if ((toldTrace === '' ? null : toldTrace) !== trace) complain('trace id', toldTrace, trace)
}
