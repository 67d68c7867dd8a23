import { setTimeout as sleep } from 'node:timers/promises'
import { describe, isAlive, isBusy } from './census.ts'
import { Inherited } from './inherited.ts'
import { asJson } from './handlers.ts'
import type { ReadHandler } from './handlers.ts'
import type { Case } from './case.ts'
import { expectAnswer, expectCause, expectFailure, expectGood } from './comparing.ts'
import { fail as complain } from './conformance-error.ts'
import { eventually, goneMs, highest } from './patience.ts'
import { withHost } from './running-host.ts'
import type { RunningHost } from './running-host.ts'

/**
 * `fail`: for `{"fail":true}` the handler fails in the language's usual way; it answers any other event with the event
 * itself.
 */
export const fail: Case = (subject, handler) =>
  withHost(subject, handler.handler, async (host) => {
    for (const n of [1, 2, 3]) {
      await expectGoodEvent(host, handler, n)
      for (let twice = 0; twice < 2; twice++) {
        const outcome = await host.invoke('{"fail":true}')
        expectOwnFailure(expectFailure(outcome))
        expectCause(outcome)
      }
    }
    await expectGoodEvent(host, handler, 4)
  })

/**
 * `hang`: for `{"hang":true}` the handler never ends (a long sleep in a process of its own, an endless loop or query);
 * it answers any other event with the event itself.
 */
export const hang: Case = (subject, handler) =>
  withHost(
    subject,
    handler.handler,
    async (host) => {
      await expectGoodEvent(host, handler, 1)
      const warm = await countWarm(host)
      const inherited = new Inherited(host.census, host.pid)
      const hanging = host.invoke('{"hang":true}', { timeout: 1500 })
      hanging.catch(() => {})
      let complaint: string | undefined
      for (let look = 0; look < 3 && complaint === undefined; look++, await sleep(200))
        complaint = inherited.complaint(host.census)
      const { errorType } = expectFailure(await hanging)
      if (complaint !== undefined) complain(complaint)
      if (errorType !== 'Function.Timeout')
        complain(`the hanging handler was to end as Function.Timeout, not ${errorType}`)
      await expectGoodEvent(host, handler, 2)
      await expectNoMore(host, warm)
      if (subject.module !== undefined) await expectRest(host)
    },
    { apart: subject.module !== undefined },
  )

/**
 * `exit`: for `{"exit":true}` the handler ends its process with status 3, by the language's own command for it; it
 * answers any other event with the event itself.
 */
export const exit: Case = (subject, handler) =>
  withHost(subject, handler.handler, async (host) => {
    await expectGoodEvent(host, handler, 1)
    const warm = await countWarm(host)
    for (const n of [2, 3]) {
      expectOwnFailure(expectFailure(await host.invoke('{"exit":true}', { timeout: 4000 })))
      await expectGoodEvent(host, handler, n)
    }
    await expectNoMore(host, warm)
  })

/**
 * `fork`: for `{"fork":true}` the handler copies its process (`fork`), and both go on. The copy answers
 * `{"answeredBy":"the copy"}` at once, and the process itself answers with the event after 300 ms. It answers any other
 * event with the event itself.
 */
export const fork: Case = (subject, handler) =>
  withHost(subject, handler.handler, async (host) => {
    await expectGoodEvent(host, handler, 1)
    const warm = await countWarm(host)
    for (const n of [2, 3]) {
      const event = Buffer.from('{"fork":true}')
      expectAnswer(await host.invoke(event, { timeout: 8000 }), event, handler)
      await expectGoodEvent(host, handler, n)
    }
    await expectNoMore(host, warm)
  })

/**
 * `kill`: for `{"kill":true}` the handler sends SIGKILL to the process that it runs in; it answers any other event with
 * the event itself.
 */
export const kill: Case = (subject, handler) =>
  withHost(subject, handler.handler, async (host) => {
    await expectGoodEvent(host, handler, 1)
    const warm = await countWarm(host)
    for (const n of [2, 3]) {
      const { errorType } = expectFailure(await host.invoke('{"kill":true}', { timeout: 8000 }))
      expectOwnFailure({ errorType })
      if (!/^(Runtime|Function)\.[A-Z]/.test(errorType))
        complain(`the end of the process was to be reported as Runtime.… or Function.…, not ${errorType}`)
      await expectGoodEvent(host, handler, n)
    }
    await expectNoMore(host, warm)
  })

/**
 * `background`: for `{"background":true}` the handler starts a process that leaves its session (`setsid`) and keeps the
 * handler's descriptors open. After 200 ms it prints `late` on stdout every 50 ms, for minutes. The handler doesn't
 * wait for it and answers `{"pid":…}` with its process id. It answers any other event with the event itself.
 */
export const background: Case = (subject, handler) =>
  withHost(subject, handler.handler, async (host) => {
    await expectGoodEvent(host, handler, 1)
    const warm = await countWarm(host)
    const pid = pidIn(await host.invoke('{"background":true}'), handler)
    for (let n = 2; n < 10; n++) {
      await expectGoodEvent(host, handler, n)
      await sleep(50)
    }
    await eventually(() => (isAlive(pid) ? `the background process ${pid} still runs` : undefined), goneMs)
    await expectNoMore(host, warm)
  })

async function expectGoodEvent(host: RunningHost, handler: ReadHandler, n: number): Promise<void> {
  const event = Buffer.from(`{"good":${n}}`)
  expectAnswer(await host.invoke(event), event, handler)
}

function expectOwnFailure({ errorType }: { readonly errorType: string }): void {
  if (errorType === 'Function.Timeout') complain('the failure was only noticed at the deadline')
  if (errorType === 'Runtime.PluginError')
    complain('the failure was taken for a fault of the plugin (Runtime.PluginError); throw a HandlerError')
}

/** The processes of a warm, idle host. */
async function countWarm(host: RunningHost): Promise<number> {
  await host.idle()
  const { processes } = await highest(() => ({ processes: host.census.living().length }))
  return processes
}

async function expectNoMore(host: RunningHost, warm: number): Promise<void> {
  await host.idle()
  await eventually(() => {
    const living = host.census.living()
    return living.length > warm
      ? `${living.length} processes run, before it were ${warm}: ${describe(living)}`
      : undefined
  }, goneMs)
}

/** The threads of an idle host sleep; a thread that could not be stopped would run. */
async function expectRest(host: RunningHost): Promise<void> {
  await host.idle()
  for (const end = Date.now() + goneMs; ;) {
    let busy = 0
    for (let look = 0; look < 20; look++, await sleep(20)) if (isBusy(host.pid)) busy++
    if (busy < 10) return
    if (Date.now() > end)
      complain('a thread of the idle host still runs: something of the hanging handler was not stopped')
  }
}

function pidIn(outcome: Parameters<typeof expectGood>[0], { read = asJson }: ReadHandler): number {
  expectGood(outcome)
  const meant = read(outcome.body)
  const { pid } = Object(
    typeof meant === 'string' || meant instanceof Uint8Array ? asJson(Buffer.from(meant as string)) : meant,
  ) as { readonly pid?: unknown }
  if (!Number.isInteger(pid) || Number(pid) < 2)
    complain(`the answer to {"background":true} was to be {"pid":…}, not ${outcome.text().slice(0, 200)}`)
  return Number(pid)
}
