import type { Case } from './case.ts'
import { expectAnswer, expectGood } from './comparing.ts'
import { fail } from './conformance-error.ts'
import { withHost } from './running-host.ts'
import type { RunningHost } from './running-host.ts'

const parts = [1, 2, 3, 4, 5].map((number) => `part ${number}\n`)
/**
 * The handler pauses four times for 100 ms. On a busy machine parts may arrive closer together, but not always within
 * this time.
 */
const shortest = 150
/** Streams that may be read too late to tell their parts apart. */
const mostLate = 3

/**
 * `stream`: for `{"stream":true}` the handler streams the lines `part 1` to `part 5`, 100 ms apart; for
 * `{"break":true}` it streams `part 1` and then fails; it answers any other event with the event itself, not streamed.
 */
export const stream: Case = (subject, handler) =>
  withHost(subject, handler.handler, async (host) => {
    const plain = Buffer.from('{"plain":1}')
    expectAnswer(await host.invoke(plain), plain, handler)
    for (let round = 0; round < 2; round++) {
      for (let late = 0; ; late++) {
        const spread = await spreadOf(host)
        if (spread >= shortest) break
        if (late === mostLate)
          fail(`the parts of the stream came within ${spread} ms, though the handler takes 400: they are held back`)
      }
      const broken = await host.invoke('{"break":true}')
      if (broken.kind === 'response' && broken.streamError === undefined)
        fail('a stream whose handler failed ended like a whole one, without an error in its trailers')
      if (broken.streamed && !broken.text().startsWith(parts[0]!))
        fail(`the broken stream was to begin with ${JSON.stringify(parts[0])}, not ${JSON.stringify(broken.text())}`)
      expectAnswer(await host.invoke(plain), plain, handler)
    }
  })

/** Milliseconds from the first part of a whole stream to its last one. */
async function spreadOf(host: RunningHost): Promise<number> {
  const outcome = await host.invoke('{"stream":true}')
  expectGood(outcome)
  if (!outcome.streamed) fail('the answer to {"stream":true} was not streamed')
  if (outcome.text() !== parts.join(''))
    fail(`the stream was to be ${JSON.stringify(parts.join(''))}, not ${JSON.stringify(outcome.text())}`)
  const { chunks } = outcome
  return (chunks.at(-1)?.at ?? 0) - (chunks[0]?.at ?? 0)
}
