import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Case } from './case.ts'
import { countDescriptors, countThreads, describe, residentBytes } from './census.ts'
import { expectAnswer } from './comparing.ts'
import { fail } from './conformance-error.ts'
import type { ReadHandler } from './handlers.ts'
import { eventually, goneMs, highest } from './patience.ts'
import { withHost } from './running-host.ts'
import type { RunningHost } from './running-host.ts'

const rounds = 10
const eventsOfRound = 50
const eventBytes = 100_000
/**
 * Events and answers of a round have 5 MB each. A host that keeps one in four events grows by more than this. In bytes.
 */
const mostOfRound = 1_200_000
/** Threads that Node's own pool starts when it is first used. */
const ownThreads = 4

/** `growth`: the handler answers with the event. */
export const growth: Case = (subject, handler) =>
  withHost(subject, handler.handler, async (host) => {
    await answer(host, handler, 30)
    await host.idle()
    const before = await highest(() => measure(host))
    await answer(host, handler, 200)
    await host.idle()
    await eventually(() => grown(before, host), goneMs)
    await expectSameMemory(host, handler)
  })

/** Garbage, and the heap of a language, grow for some rounds; a leak grows in all rounds. */
async function expectSameMemory(host: RunningHost, handler: ReadHandler): Promise<void> {
  await answer(host, handler, eventsOfRound, eventBytes)
  const growths: number[] = []
  for (let before = await memory(host); growths.length < rounds;) {
    await answer(host, handler, eventsOfRound, eventBytes)
    const after = await memory(host)
    growths.push(after - before)
    if (after - before < mostOfRound) return
    before = after
  }
  const megabytes = growths.map((growth) => (growth / 1e6).toFixed(1)).join(', ')
  fail(
    `memory leaks: in ${rounds} rounds of ${eventsOfRound} events of ${eventBytes / 1000} KB it grew by ${megabytes} MB`,
  )
}

async function answer(host: RunningHost, handler: ReadHandler, count: number, size = 0): Promise<void> {
  const fill = size > 0 ? `,"fill":"${'x'.repeat(size)}"` : ''
  for (let n = 0; n < count; n++) {
    const event = Buffer.from(`{"n":${n}${fill}}`)
    expectAnswer(await host.invoke(event), event, handler)
  }
}

function measure({ census, pid }: RunningHost) {
  const living = census.living()
  let theirs = 0
  let theirThreads = 0
  for (const one of living) {
    theirs += countDescriptors(one.pid)
    theirThreads += countThreads(one.pid)
  }
  return { processes: living.length, own: countDescriptors(pid), theirs, threads: countThreads(pid), theirThreads }
}

function grown(before: ReturnType<typeof measure>, host: RunningHost): string | undefined {
  const { processes, own, theirs, threads, theirThreads } = measure(host)
  if (processes > before.processes) {
    return `${processes} processes run after 200 events, ${before.processes} before: ${describe(host.census.living())}`
  }
  if (threads > before.threads + ownThreads)
    return `the host has ${threads} threads after 200 events, ${before.threads} before`
  if (theirThreads > before.theirThreads)
    return `the host's processes have ${theirThreads} threads after 200 events, ${before.theirThreads} before`
  if (own > before.own) return `the host has ${own} descriptors open after 200 events, ${before.own} before`
  if (theirs > before.theirs)
    return `the host's processes have ${theirs} descriptors open after 200 events, ${before.theirs} before`
  return undefined
}

/** Resident memory of the host's processes, and memory of its own process after a collection. In bytes. */
async function memory({ census }: RunningHost): Promise<number> {
  // Buffers are freed after the collection, so a second one waits for that.
  for (let times = 0; times < 2; times++) {
    collectGarbage()
    await sleep(5)
  }
  const { heapUsed, external } = process.memoryUsage()
  return census.living().reduce((sum, { pid }) => sum + residentBytes(pid), heapUsed + external)
}

let collect: (() => void) | undefined

function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
    setFlagsFromString('--no-expose-gc')
  }
  collect()
}
