import { countDescriptors, describe } from './census.ts'
import type { Case } from './case.ts'
import { expectAnswer } from './comparing.ts'
import { fail } from './conformance-error.ts'
import type { CaseHandler } from './handlers.ts'
import { eventually, goneMs, highest } from './patience.ts'
import { withHost } from './running-host.ts'
import type { RunningHost } from './running-host.ts'

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

/** Every event is of another size, from 100 bytes to 100 KB, and says its number all over. */
function sized(index: number): Buffer {
  return Buffer.from(JSON.stringify({ index, fill: `${index}.`.repeat(30 + ((index * 7919) % 500) * 40) }))
}

/** `growth`: the handler answers with the event. */
export const growth: Case = (subject, handler) =>
  withHost(subject, handler.handler, async (host) => {
    await answer(host, handler, 30)
    await host.idle()
    const before = await highest(() => measure(host))
    await answer(host, handler, 200)
    await host.idle()
    await eventually(() => grown(before, host), goneMs)
  })

async function answer(host: RunningHost, handler: CaseHandler, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const event = Buffer.from(`{"n":${n}}`)
    expectAnswer(await host.invoke(event), event, handler)
  }
}

function measure({ census, pid }: RunningHost) {
  const living = census.living()
  let theirs = 0
  for (const one of living) theirs += countDescriptors(one.pid)
  return { processes: living.length, own: countDescriptors(pid), theirs }
}

function grown(before: ReturnType<typeof measure>, host: RunningHost): string | undefined {
  const { processes, own, theirs } = measure(host)
  if (processes > before.processes) {
    return `${processes} processes run after 200 events, ${before.processes} before: ${describe(host.census.living())}`
  }
  if (own > before.own) return `the host has ${own} descriptors open after 200 events, ${before.own} before`
  if (theirs > before.theirs)
    return `the host's processes have ${theirs} descriptors open after 200 events, ${before.theirs} before`
  return undefined
}
