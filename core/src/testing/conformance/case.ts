import type { ReadHandler } from './handlers.ts'
import type { Subject } from './subject.ts'

/**
 * One requirement for every language, which a language may decline with a reason. Rejects with an error that describes
 * the difference.
 */
export type Case = (subject: Subject, handler: ReadHandler) => Promise<void>
