import type { ReadHandler } from './handlers.ts'
import type { Subject } from './subject.ts'

/** One thing that every language must do, or say why it can't. Rejects with what doesn't hold. */
export type Case = (subject: Subject, handler: ReadHandler) => Promise<void>
