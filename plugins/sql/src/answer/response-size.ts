import type { SqlAnswer } from './answer.ts'
import { RuleError } from '../rule-error.ts'

/** What Lambda takes of a buffered answer, in bytes: 6 MB and 100. */
export const maxBytes = 6_291_556

/** AWS's own name and sentence. */
export function tooLarge(bytes: number): RuleError {
  const message = `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${maxBytes} bytes).`
  return new RuleError('ResponseSizeTooLarge', message, { verbatim: true })
}

/** @throws RuleError */
export function checkSize(answer: SqlAnswer): SqlAnswer {
  const body = typeof answer === 'string' ? answer : answer.body
  // At most three bytes a UTF-16 unit.
  if (body.length * 3 <= maxBytes) return answer
  const bytes = Buffer.byteLength(body)
  if (bytes > maxBytes) throw tooLarge(bytes)
  return answer
}
