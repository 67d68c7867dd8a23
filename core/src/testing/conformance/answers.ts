import { sampleEvents, sixMebibytes } from './events.ts'
import type { Case } from './case.ts'
import { expectAnswer, expectGood } from './comparing.ts'
import { fail } from './conformance-error.ts'
import { eventually, goneMs } from './patience.ts'
import { withHost } from './running-host.ts'

/** `echo`: the handler answers with the event. */
export const echo: Case = (subject, handler) =>
  withHost(subject, handler.handler, async (host) => {
    for (const event of [...sampleEvents, ...sampleEvents])
      expectAnswer(await host.invoke(event), Buffer.from(event), handler)
  })

/** `large`: the handler answers with the event. */
export const large: Case = (subject, handler) =>
  withHost(subject, handler.handler, async (host) => {
    const event = sixMebibytes()
    expectAnswer(await host.invoke(event), event, handler)
    const small = Buffer.from('{"after":"large"}')
    expectAnswer(await host.invoke(small), small, handler)
  })

/** `bytes`: for any event the handler answers with the 256 bytes 0, 1, … 255. */
export const bytes: Case = (subject, handler) =>
  withHost(subject, handler.handler, async (host) => {
    const expected = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
    for (let round = 0; round < 3; round++) {
      const outcome = await host.invoke('{}')
      expectGood(outcome)
      const meant = handler.read ? handler.read(outcome.body) : outcome.body
      if (!(meant instanceof Uint8Array))
        fail('the case bytes needs a `read` that gives bytes (a Buffer or a Uint8Array), or none')
      expectAnswer(outcome, expected, handler)
    }
  })

/**
 * `debug`: the handler prints the line `debug output` where the language's users print for debugging, and answers with
 * the event.
 */
export const debug: Case = (subject, handler) =>
  withHost(
    subject,
    handler.handler,
    async (host) => {
      for (const id of ['debug-1', 'debug-2', 'debug-3']) {
        const event = Buffer.from(JSON.stringify({ id }))
        expectAnswer(await host.invoke(event, { id }), event, handler)
        await expectRecord(host.records, id, 'debug output')
      }
    },
    { logFormat: 'JSON' },
  )

/**
 * `descriptors`: the handler opens `/dev/stdin` by name and reads it to its end. It opens `/dev/stderr` by name and
 * writes the line `stderr by name`, and opens `/dev/stdout` by name and writes the line `stdout by name`. If stdout is
 * the result, it writes its answer there instead: the event.
 */
export const descriptors: Case = (subject, handler) =>
  withHost(
    subject,
    handler.handler,
    async (host) => {
      for (const id of ['descriptors-1', 'descriptors-2']) {
        const event = Buffer.from(JSON.stringify({ id }))
        expectAnswer(await host.invoke(event, { id }), event, handler)
        await expectRecord(host.records, id, 'stderr by name')
        if (handler.stdout !== 'result') await expectRecord(host.records, id, 'stdout by name')
      }
    },
    { logFormat: 'JSON' },
  )

/** A record of the log holds both the request id and the text. */
function expectRecord(records: readonly string[], id: string, text: string): Promise<void> {
  return eventually(() => {
    if (records.some((record) => record.includes(text) && record.includes(id))) return undefined
    return `the log has no record with '${text}' and the request id '${id}'; it has: ${records.slice(-5).join('') || 'nothing'}`
  }, goneMs)
}
