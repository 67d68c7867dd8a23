import type { SqlAnswer } from './answer.ts'
import { rowText } from './http-row.ts'
import { maxBytes } from './limit.ts'
import { RuleError } from '../rule-error.ts'

/** AWS's own name and sentence. */
export function tooLarge(bytes: number): RuleError {
  const message = `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${maxBytes} bytes).`
  return new RuleError('ResponseSizeTooLarge', message, { verbatim: true })
}

/** @throws RuleError */
export function checkSize(answer: SqlAnswer): SqlAnswer {
  // A UTF-16 unit has at most three bytes; with an escape six.
  if (lengthOf(answer) * 6 <= maxBytes) return answer
  const bytes = Buffer.byteLength(textOf(answer))
  if (bytes > maxBytes) throw tooLarge(bytes)
  return answer
}

function lengthOf(answer: SqlAnswer): number {
  if (typeof answer === 'string' || answer instanceof Uint8Array) return answer.length
  if ('body' in answer) return answer.body.length
  const [columns, texts, body] = answer
  return [...columns, ...texts, body ?? ''].reduce((sum, part) => sum + part.length, 0)
}

function textOf(answer: SqlAnswer): string | Uint8Array {
  if (typeof answer === 'string' || answer instanceof Uint8Array) return answer
  return 'body' in answer ? answer.body : rowText(answer)
}
