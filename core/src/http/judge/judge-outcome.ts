import { kindOf } from '../../events/kind-of.ts'
import { isProxyKind } from '../../events/kinds.ts'
import { judge } from './judge.ts'
import { judgeStream } from './streamed.ts'
import type { Verdict } from './verdict.ts'

/** The post of a function for an event. */
export interface PostedAnswer {
  readonly body: Uint8Array
  readonly contentType?: string | undefined
  readonly streamed: boolean
  readonly failed: boolean
}

/**
 * The client's view of an answer to its request, with every media type sent as binary.
 * @returns `undefined` when the event comes from no front door
 */
export function judgeOutcome(
  { body, contentType, failed, streamed }: PostedAnswer,
  event: Uint8Array,
): Verdict | undefined {
  const kind = kindOf(event)
  if (!isProxyKind(kind)) return undefined
  if (streamed && !failed) return judgeStream(body, contentType, kind)
  return judge(body, kind, { functionError: failed, binaryTypes: ['*/*'] })
}
