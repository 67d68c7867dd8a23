import type { Invocation } from '../records/invocation.ts'

/** Bytes at the end of the log that an invoker gets. */
const tailBytes = 4 * 1024

/** `X-Amz-Log-Result`: the last 4 KB of the log, in base64, between the lines that Lambda itself writes. */
export function logTail(invocation: Invocation, memorySize: number): string {
  const { id, log, timings, cold } = invocation
  const duration = (timings.handler ?? 0).toFixed(2)
  const billed = Math.ceil(timings.handler ?? 0)
  const { memory = 0 } = invocation.summary()
  const init =
    cold && timings.init !== undefined
      ? `\tInit Duration: ${(timings.init + (timings.language ?? 0)).toFixed(2)} ms`
      : ''
  const lines = [
    `START RequestId: ${id} Version: $LATEST`,
    ...log.map(({ text }) => text),
    `END RequestId: ${id}`,
    `REPORT RequestId: ${id}\tDuration: ${duration} ms\tBilled Duration: ${billed} ms\tMemory Size: ${memorySize} MB\tMax Memory Used: ${memory} MB${init}`,
  ]
  return Buffer.from(`${lines.join('\n')}\n`)
    .subarray(-tailBytes)
    .toString('base64')
}
