import type { CaseHandler } from './handlers.ts'
import type { Subject } from './subject.ts'

/** One thing that every language must do, or say why it can't. */
export interface Case {
  /** A sentence in the present tense, completed by the language's name: "bash …". */
  readonly name: string
  run(subject: Subject, handler: CaseHandler): Promise<void>
}
