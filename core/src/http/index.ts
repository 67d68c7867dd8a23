/** `@anyhandler/core/http`: HTTP events and answers, the same behind every front door. */
export { shape } from './shape.ts'
export type { HttpAnswer } from './answer.ts'
export { judge } from './judge/judge.ts'
export { judgeStream } from './judge/streamed.ts'
export type { Finding, JudgeOptions, Verdict } from './judge/verdict.ts'
export { makeEvent } from './make-event.ts'
export { statusText } from './status-text.ts'
export type { ClientRequest, RequestKind } from './make-event.ts'
