import { judgeOutcome, statusText } from '@anyhandler/core/http'
import { writeFully } from '@anyhandler/core/host'
import type { Outcome } from '@anyhandler/core/runtime-api'

/**
 * Prints the client's view of an answer, as `curl -i` does, and the judge's findings on standard error.
 * @returns the exit code: 1 when the client gets the front door's own error
 */
export function showClientView(outcome: Outcome, event: Uint8Array): number {
  const verdict = judgeOutcome(outcome, event)
  if (!verdict) throw new Error('the event does not come from a front door')
  const { status, headers, body, findings } = verdict
  const head = [
    `HTTP/1.1 ${status} ${statusText(status)}`.trim(),
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]
  writeFully(1, Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]))
  for (const { severity, message } of findings) process.stderr.write(`anyhandler: ${severity}: ${message}\n`)
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0
}
