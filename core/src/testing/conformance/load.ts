import type { Case } from './case.ts'
import { expectAnswer } from './comparing.ts'
import { fail } from './conformance-error.ts'
import { withHost } from './running-host.ts'

const atOnce = 4

/** `concurrency`: the handler answers with the event, after a pause of some 20 ms where the language can pause. */
export const concurrency: Case = (subject, handler) =>
  withHost(
    subject,
    handler.handler,
    async (host) => {
      await host.idle()
      const events = Array.from({ length: 60 }, (_, index) => sized(index))
      const outcomes = await Promise.all(events.map((event) => host.invoke(event)))
      for (const [index, outcome] of outcomes.entries()) expectAnswer(outcome, events[index] as Buffer, handler)
      if (host.api.peakOpen !== atOnce)
        fail(`${host.api.peakOpen} events were under way at once at most, not ${atOnce}`)
      if (host.api.peakWaiting > atOnce)
        fail(`the host asked for ${host.api.peakWaiting} events at once, more than ${atOnce}`)
    },
    { concurrency: atOnce },
  )

/** Each event has another size, from 100 bytes to 100 KB, and repeats its number. */
function sized(index: number): Buffer {
  return Buffer.from(JSON.stringify({ index, fill: `${index}.`.repeat(30 + ((index * 7919) % 500) * 40) }))
}
