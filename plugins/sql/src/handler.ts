import type { Connection } from './database/connection.ts'
import { DirectiveError, readDirective } from './script/directive.ts'
import type { Directive } from './script/directive.ts'
import { failureAt, sqliteCode } from './script/failure.ts'
import { Prepared } from './answer/prepared.ts'
import { RuleError } from './rule-error.ts'
import { blame } from './database/run-plain.ts'
import type { Frame } from './database/transaction.ts'
import { readScript } from './script/script.ts'
import type { Script } from './script/script.ts'
import type { Statement } from './script/statement.ts'

/** A handler's file, after reading and checking. */
export interface HandlerScript extends Script {
  /** Absolute path. */
  readonly file: string
  readonly directive: Directive
}

/** @throws SqlFailure for statements that are invalid or not allowed in a handler. */
export function readHandler(file: string, taskRoot: string): HandlerScript {
  const script = readScript(file, taskRoot, 'handler')
  try {
    return { ...script, file, directive: readDirective(script.text) }
  } catch (error) {
    if (error instanceof DirectiveError)
      throw failureAt(script, error.offset, 'Runtime.UserCodeSyntaxError', error.message)
    throw error
  }
}

/** A statement of a handler; compiled as soon as the schema allows it. */
export interface Step {
  readonly statement: Statement
  prepared: Prepared | undefined
}

/** A handler on a connection. */
export class Handler {
  readonly script: HandlerScript
  readonly steps: readonly Step[]
  /** A database that it attached is detached after an event. */
  readonly detaches: boolean
  readonly #connection: Connection
  readonly #savepoints: boolean
  #frame: Frame | undefined

  /**
   * @throws SqlFailure for a statement that SQLite refuses, unless an earlier one, or another connection, may create
   * the missing object.
   */
  constructor(script: HandlerScript, connection: Connection) {
    this.script = script
    this.#connection = connection
    // Databases are attached for the life of the connection, so skip the statement.
    this.steps = script.statements
      .filter(({ verb }) => verb !== 'attach')
      .map((statement) => ({ statement, prepared: undefined }))
    this.#savepoints = this.steps.some(
      ({ statement: { verb } }) => verb === 'savepoint' || verb === 'release' || verb === 'rollback',
    )
    this.detaches = this.steps.some(({ statement: { verb } }) => verb === 'detach')
    let schemaChanges = !connection.closedWorld
    for (const step of this.steps) {
      try {
        this.prepare(step)
      } catch (error) {
        if (!schemaChanges || !mayAppear(error)) throw blame(connection.db, error, script, step.statement, 'load')
      }
      schemaChanges ||= changesSchema.has(step.statement.verb)
    }
    this.#checkAnswer()
  }

  /** The last statement with columns, among the compiled ones. */
  get answerStep(): Step | undefined {
    return this.steps.findLast(({ prepared }) => prepared?.reader)
  }

  /** All statements are compiled. */
  get prepared(): boolean {
    return this.#frame !== undefined || this.steps.every(({ prepared }) => prepared)
  }

  prepare(step: Step): Prepared {
    const { db, locked } = this.#connection
    const prepared = new Prepared(db, step.statement, this.script.directive)
    if (prepared.writes.some((database) => locked[database]))
      throw new RuleError('DatabaseReadOnly', 'it writes to an attached file of the task root, which is read-only')
    step.prepared = prepared
    return prepared
  }

  /** Exact once all statements are compiled; before that the safest assumption. */
  get frame(): Frame {
    if (this.#frame) return this.#frame
    const frame = this.#judge()
    if (this.prepared) this.#frame = frame
    return frame
  }

  /** Two columns of one name, or a wrong shape, are reported before the first event if possible. */
  #checkAnswer(): void {
    const step = this.answerStep
    if (!step || this.steps.some(({ prepared }) => !prepared)) return
    try {
      step.prepared?.writer(true)
    } catch (error) {
      throw blame(this.#connection.db, error, this.script, step.statement, 'load')
    }
  }

  #judge(): Frame {
    const { durable } = this.#connection
    const writes = this.steps.flatMap(
      ({ prepared, statement }) =>
        prepared?.writes ?? (reads.has(statement.verb) ? [] : durable.map((_, index) => index)),
    )
    const keep = writes.some((database) => durable[database])
    const volatile = writes.filter((database) => !durable[database])
    if (keep)
      return {
        begin: 'write',
        keep,
        clear:
          volatile.length === 0 ? 'nothing' : volatile.every((database) => database === 1) ? 'temporary' : 'everything',
      }
    const several = this.steps.length > 1 && durable.includes(true)
    return { begin: writes.length > 0 || several || this.#savepoints ? 'read' : 'none', keep, clear: 'nothing' }
  }
}

const changesSchema = new Set(['create', 'alter', 'drop', 'detach'])
const reads = new Set(['select', 'values', 'explain', 'pragma', 'savepoint', 'release', 'rollback', 'detach'])

function mayAppear(error: unknown): boolean {
  const { message } = error as Error
  return (
    sqliteCode(error as Error) !== undefined &&
    !/syntax error$|^unrecognized token|^incomplete input|^no such function|^wrong number of arguments/.test(message)
  )
}
