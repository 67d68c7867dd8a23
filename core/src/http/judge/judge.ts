import type { ProxyKind } from '../../events/kinds.ts'
import { bytesToText } from '../answer.ts'
import { dialects } from '../dialects.ts'
import { errorOf } from './front-door-errors.ts'
import { readVersion1 } from './version-1.ts'
import { readVersion2 } from './version-2.ts'
import { Refusal } from './verdict.ts'
import type { Finding, JudgeOptions, Understood, Verdict } from './verdict.ts'
import { visible } from './visible.ts'

/**
 * The client's view of a function's answer behind a front door, with the reasons. The rules follow the observed
 * behaviour of AWS; the table in `test/core/http` has the source of each.
 * @param answer the bytes that the function has posted
 */
export function judge(answer: Uint8Array, kind: ProxyKind, options: JudgeOptions = {}): Verdict {
  const { title, maxAnswer } = dialects[kind]
  const findings: Finding[] = []
  const warn = (message: string): void => void findings.push({ severity: 'warning', message })
  try {
    if (options.functionError)
      throw new Refusal(`${title} answers with an error of its own, because the function failed`)
    if (answer.length > maxAnswer) throw new Refusal(tooLarge(answer, kind))
    const text = bytesToText(answer)
    const understood = read(text, kind, warn)
    return { ...visible(understood, kind, options, warn), findings }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const seen = errorOf(kind, answer.length > maxAnswer && !options.functionError)
    return { ...seen, findings: [{ severity: 'error', message: `${error.message} (${seen.status})` }, ...findings] }
  }
}

function read(text: string, kind: ProxyKind, warn: (message: string) => void): Understood {
  return kind === 'http' || kind === 'url' ? readVersion2(text, kind, warn) : readVersion1(text, kind, warn)
}

/** The message says if a body exceeds the limit only in base64. */
function tooLarge(answer: Uint8Array, kind: ProxyKind): string {
  const { title, maxAnswer } = dialects[kind]
  const limit = megabytes(maxAnswer)
  const isBase64 =
    /"isBase64Encoded"\s*:\s*true/.test(bytesToText(answer.subarray(-200))) ||
    /"isBase64Encoded"\s*:\s*true/.test(bytesToText(answer.subarray(0, 2_000)))
  if (isBase64)
    return `${title} gets no answer: ${megabytes((answer.length * 3) / 4)} of bytes are ${megabytes(answer.length)} in base64, over the limit of ${limit}`
  return `${title} gets no answer: it has ${megabytes(answer.length)}, over the limit of ${limit}`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1).replace(/\.0$/, '')} MB`
}
