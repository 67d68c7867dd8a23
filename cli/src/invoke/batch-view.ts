import { judgeFailures } from '@anyhandler/core/batches'
import type { Outcome } from '@anyhandler/core/runtime-api'

/**
 * Says on standard error what Lambda makes of an answer's list of failures.
 * @returns the exit code: 1 when the whole batch would count as failed
 */
export function showBatchView({ body }: Outcome, event: Uint8Array): number {
  const findings = judgeFailures(body, event)
  for (const { severity, message } of findings) process.stderr.write(`anyhandler: ${severity}: ${message}\n`)
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0
}
