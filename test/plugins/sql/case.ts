import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { HostError } from '@anyhandler/core'
import type { Invocation, PluginEnv } from '@anyhandler/core'
import Database from 'better-sqlite3'
import { httpAnswer } from '../../../plugins/sql/src/answer/http-row.ts'
import { checkOptions } from '../../../plugins/sql/src/options.ts'
import { taskOf } from '../../../plugins/sql/src/task.ts'
import { workerOptions } from '../../../plugins/sql/src/worker-options.ts'
import openWorker, { failure } from '../../../plugins/sql/src/worker.ts'

/**
 * A case is a folder: `handler.sql`, what surrounds it, and for each event (`event.json`, or `event-1.json`,
 * `event-2.json` …) what is expected: `expected.json` (the answer's exact text), `expected.txt` (a raw body; its first
 * line is the content type) or `error.json` (`errorType`, `message`, which must be part of the message, and
 * `stackTrace`, whole). An `error.json` without an event is one of loading. `log.txt` holds all lines that were logged;
 * `…` at a line's end is any rest.
 *
 * `modes.json` gives files a mode (`{"data.db": "444"}`); all then runs as a user who doesn't own the task root, as on
 * Lambda.
 *
 * Around it: `options.json`, `environment.json`, `invocation.json`, and `database.sql`, of which `data.db` is made.
 * `{{tmp}}` in any of them stands for a writable folder outside the task root, `{{root}}` for the task root.
 */
export async function runCase(folder: string): Promise<CaseResult> {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'anyhandler-sql-case-')))
  try {
    return await new Case(folder, scratch).run()
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** What an event, or the loading, came to; of an expected error each property counts that it names. */
export interface Outcome {
  readonly answer?: string
  readonly error?: { readonly errorType: string; readonly message: string; readonly stackTrace?: readonly string[] }
}

export interface CaseResult {
  readonly events: readonly { readonly actual: Outcome; readonly expected: Outcome }[]
  readonly log: readonly string[]
  readonly expectedLog: readonly string[]
}

class Case {
  readonly #root: string
  readonly #tmp: string
  readonly #log: string[] = []

  constructor(folder: string, scratch: string) {
    this.#root = join(scratch, 'task')
    this.#tmp = join(scratch, 'tmp')
    mkdirSync(this.#tmp)
    cpSync(folder, this.#root, { recursive: true, verbatimSymlinks: true })
    for (const file of filesBelow(this.#root)) writeFileSync(file, this.#filled(readFileSync(file)))
    if (existsSync(join(this.#root, 'database.sql'))) {
      const db = new Database(join(this.#root, 'data.db'))
      db.exec(readFileSync(join(this.#root, 'database.sql'), 'utf8'))
      db.close()
    }
  }

  async run(): Promise<CaseResult> {
    const modes = this.#json('modes.json') as Record<string, string>
    if (Object.keys(modes).length === 0) return this.#run()
    for (const [name, mode] of Object.entries(modes)) chmodSync(join(this.#root, name), Number.parseInt(mode, 8))
    // Root may read and write whatever its mode is.
    if (process.getuid?.() !== 0) return this.#run()
    chmodSync(dirname(this.#root), 0o755)
    chmodSync(this.#tmp, 0o777)
    process.seteuid?.(65_534)
    try {
      return await this.#run()
    } finally {
      process.seteuid?.(0)
    }
  }

  async #run(): Promise<CaseResult> {
    const names = readdirSync(this.#root)
      .filter((name) => /^event(-\d+)?\.json$/.test(name))
      .toSorted()
    const outcomes = await this.#outcomes(names)
    if (outcomes.length !== Math.max(1, names.length))
      throw new Error(`loading failed, but the case has events: ${JSON.stringify(outcomes)}`)
    return {
      events: outcomes.map((actual, index) => ({
        actual,
        expected: this.#expected(names[index]?.slice('event'.length, -'.json'.length) ?? ''),
      })),
      log: this.#log,
      expectedLog: existsSync(join(this.#root, 'log.txt')) ? this.#text('log.txt').trimEnd().split('\n') : [],
    }
  }

  async #outcomes(events: readonly string[]): Promise<Outcome[]> {
    let worker: Awaited<ReturnType<typeof openWorker>> | undefined
    const tools = { post: (line: unknown) => void this.#log.push(line as string), move: () => {} }
    try {
      try {
        worker = await openWorker(workerOptions(checkOptions(this.#json('options.json')), this.#env()))
      } catch (error) {
        return [{ error: HostError.is(error) ? { errorType: error.code, message: error.message } : failure(error) }]
      }
      const outcomes: Outcome[] = []
      for (const event of events) {
        try {
          const value = worker.run(taskOf(this.#invocation(readFileSync(join(this.#root, event))), 0), tools)
          outcomes.push({
            answer:
              typeof value === 'string' || value instanceof Uint8Array
                ? value.toString()
                : !('body' in value)
                  ? (httpAnswer(value).unshaped?.() ?? '')
                  : `${value.contentType}\n${typeof value.body === 'string' ? value.body : Buffer.from(value.body).toString('latin1')}`,
          })
        } catch (error) {
          outcomes.push({ error: failure(error) })
        }
      }
      return outcomes
    } finally {
      worker?.close?.()
    }
  }

  #expected(suffix: string): Outcome {
    if (existsSync(join(this.#root, `error${suffix}.json`)))
      return { error: this.#json(`error${suffix}.json`) as NonNullable<Outcome['error']> }
    const file = [`expected${suffix}.json`, `expected${suffix}.txt`].find((name) => existsSync(join(this.#root, name)))
    if (!file) throw new Error(`nothing is expected of event${suffix}.json`)
    return {
      answer: readFileSync(join(this.#root, file), file.endsWith('.txt') ? 'latin1' : 'utf8').replace(/\n$/, ''),
    }
  }

  #env(): PluginEnv {
    const file = join(this.#root, 'handler.sql')
    return {
      taskRoot: this.#root,
      handlers: [{ name: 'handler', plugin: 'sql', target: 'handler', file }],
      concurrency: 1,
      variables: this.#json('environment.json') as Record<string, string>,
      tmp: this.#tmp,
      log: () => {},
    }
  }

  #invocation(event: Uint8Array): Invocation {
    return {
      id: 'b2f8f5ff-request',
      handler: this.#env().handlers[0] as Invocation['handler'],
      event,
      deadline: Date.now() + 10_000,
      functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:case',
      signal: new AbortController().signal,
      remaining: () => 10_000,
      ...this.#json('invocation.json'),
    }
  }

  #json(name: string): Record<string, unknown> {
    return existsSync(join(this.#root, name)) ? (JSON.parse(this.#text(name)) as Record<string, unknown>) : {}
  }

  #text(name: string): string {
    return readFileSync(join(this.#root, name), 'utf8')
  }

  #filled(content: Buffer): Buffer {
    const text = content.toString('latin1')
    return text.includes('{{')
      ? Buffer.from(text.replaceAll('{{tmp}}', this.#tmp).replaceAll('{{root}}', this.#root), 'latin1')
      : content
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => statSync(file).size > 0)
}
