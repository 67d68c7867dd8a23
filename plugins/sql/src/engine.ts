import type { SqlAnswer } from './answer/answer.ts'
import type { Rows } from './answer/row-source.ts'
import { checkSize, tooLarge } from './answer/response-size.ts'
import { connect } from './database/connection.ts'
import type { Connection, ConnectionPlan } from './database/connection.ts'
import { counters } from './database/counters.ts'
import type { Counters } from './database/counters.ts'
import { databaseFailure, isOutside, SqlFailure } from './script/failure.ts'
import type { Phase } from './script/failure.ts'
import { Handler } from './handler.ts'
import type { HandlerScript, Step } from './handler.ts'
import { Patience } from './database/patience.ts'
import { blame } from './database/run-plain.ts'
import type { Session } from './event/session.ts'
import { Transaction } from './database/transaction.ts'

export interface EnginePlan extends ConnectionPlan {
  readonly scripts: readonly HandlerScript[]
}

/** Objects that live as long as a connection. */
interface Open {
  readonly connection: Connection
  readonly handlers: ReadonlyMap<string, Handler>
  readonly transaction: Transaction
  /** Present for a database that other connections may lock. */
  readonly patience: Patience | undefined
  readonly counters: Counters | undefined
}

/** The database and its handlers, with one event at a time. */
export class Engine {
  readonly #plan: EnginePlan
  readonly #session: Session
  #open: Open | undefined

  /** @throws SqlFailure when the database can't be opened or a handler has a fault. */
  constructor(plan: EnginePlan, session: Session) {
    this.#plan = plan
    this.#session = session
    try {
      this.#open = open(plan)
    } catch (error) {
      throw translated(error, plan, 'load')
    }
  }

  /**
   * Runs a handler for the session's event, as one transaction.
   * @param deadline Epoch milliseconds.
   * @throws SqlFailure; the event's changes are then undone.
   */
  run(file: string, deadline: number): SqlAnswer {
    try {
      return this.#run(file, deadline)
    } catch (error) {
      throw translated(error, this.#plan, 'run')
    }
  }

  #run(file: string, deadline: number): SqlAnswer {
    this.#open ??= open(this.#plan)
    const { handlers, transaction, patience } = this.#open
    const handler = handlers.get(file)
    if (!handler) throw new SqlFailure('Runtime.HandlerNotFound', `${file} did not exist when the host started`)
    patience?.until(deadline)
    this.#open.counters?.reset()
    transaction.begin(handler.frame, handler.script)
    let answer: SqlAnswer
    try {
      answer = this.#answer(this.#open, handler, deadline)
      patience?.until(deadline)
      transaction.end(handler.frame, handler.script)
    } catch (error) {
      this.#undo(transaction)
      throw error
    }
    this.#clear(handler)
    return answer
  }

  /** Closes the connection; the next event opens another. */
  close(): void {
    this.#open?.connection.db.close()
    this.#open = undefined
  }

  #answer({ connection, patience }: Open, handler: Handler, deadline: number): SqlAnswer {
    let expected = handler.prepared ? handler.answerStep : undefined
    let at: Step | undefined
    let rows: Rows = []
    let last: Step | undefined
    try {
      for (at of handler.steps) {
        const prepared = at.prepared ?? handler.prepare(at)
        patience?.until(deadline)
        if (!expected && handler.prepared) expected = handler.answerStep
        const wanted = !expected ? 'perhaps' : at === expected ? 'answer' : 'none'
        const found = prepared.run(this.#session, wanted)
        if (!prepared.reader) continue
        last = at
        rows = found
      }
      at = last
      // The answer is made before the transaction ends: if it fails, the transaction is rolled back.
      const writer = last?.prepared?.writer(!connection.closedWorld)
      if (typeof rows === 'number') throw tooLarge(rows)
      return writer ? checkSize(writer.write(rows)) : 'null'
    } catch (error) {
      throw at ? blame(connection.db, error, handler.script, at.statement, 'run') : error
    }
  }

  #undo(transaction: Transaction): void {
    try {
      transaction.undo()
    } catch {
      // A connection that can't roll back is useless; the next event gets another.
      this.close()
    }
  }

  /** Removes the rest of a successful event: temporary objects, memory databases beside a file, a detached database. */
  #clear(handler: Handler): void {
    const { clear } = handler.frame
    if (!this.#open || (clear === 'nothing' && !handler.detaches)) return
    const { db, ownsTemporary } = this.#open.connection
    if (clear === 'everything' || handler.detaches || ownsTemporary) {
      this.close()
      return
    }
    // SQLite drops the temporary database when its place changes.
    const place = db.pragma('temp_store', { simple: true }) as number
    db.pragma(`temp_store = ${place === 2 ? 1 : 2}`)
    db.pragma(`temp_store = ${place}`)
  }
}

/** An error that belongs to no statement belongs to the database: it gets the file's name. */
function translated(error: unknown, { file }: EnginePlan, phase: Phase): unknown {
  return isOutside(error) ? databaseFailure(error, file.path, phase) : error
}

function open(plan: EnginePlan): Open {
  const connection = connect(plan)
  const { db } = connection
  try {
    return {
      connection,
      counters: counters(db, plan.scripts),
      handlers: new Map(plan.scripts.map((script) => [script.file, new Handler(script, connection)])),
      transaction: new Transaction(db),
      patience: connection.durable.includes(true) ? new Patience(db) : undefined,
    }
  } catch (error) {
    db.close()
    throw error
  }
}
