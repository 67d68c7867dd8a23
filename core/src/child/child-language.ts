import type { Awaitable, HandlerRef, HttpAnswers, Invocation, PluginEnv } from '../contract.ts'
import type { TaskFailure } from '../lane/lane.ts'

export interface DriverCommand {
  /** Program: a name on the PATH of `variables`, or an absolute path. */
  readonly file: string
  readonly args: readonly string[]
  /** The environment; `env.variables` when absent. */
  readonly variables?: Readonly<Record<string, string>>
  /** How to install the program: the end of the sentence "python3 was not found on PATH; …". */
  readonly cure?: string
}

/** The description of a child language; everything else is the same for all of them. */
export interface ChildLanguage {
  readonly name: string
  readonly extensions: readonly string[]
  /** Called once, in `setup`. Throw a `HostError` if the interpreter can't be used. */
  command(env: PluginEnv): Awaitable<DriverCommand>
  /**
   * The program that runs several lanes in one process, see docs/child-languages.md. It replaces `command` when several
   * events of a handler can run at the same time. Without it each of them has a process.
   */
  carrier?(env: PluginEnv): Awaitable<DriverCommand>
  /**
   * The use of each of the driver's outputs: `log` lines of the handler, or the bytes of the `result`. With more than
   * one result, the first name in this object that yielded a byte is the answer, and the others go to the log. If none
   * did, the answer is the payload of the `done` frame.
   */
  readonly outputs: Readonly<Record<string, 'log' | 'result'>>
  /** Further `key=value` pairs of the `context` frame. */
  context?(invocation: Invocation): Readonly<Record<string, string>>
  /** Further `key=value` pairs of the `load` frame. */
  load?(handler: HandlerRef, env: PluginEnv): Readonly<Record<string, string>>
  /**
   * Each driver gets a folder with an empty folder `tmp` for its events; the key `tmp` of the `load` frame names it.
   */
  readonly ownFolder?: boolean
  /** Content type of an answer whose `head` has none; `application/json` when absent. */
  readonly contentType?: string
  readonly http?: HttpAnswers
  /**
   * Makes the data that a handler requests during its event (the driver's `ask`), for a file. A handler that requests
   * nothing pays nothing. `undefined` means that the data doesn't exist.
   */
  ask?(what: string, invocation: Invocation): Awaitable<Uint8Array | undefined>
  /** The driver logs its failures itself, so the host doesn't. */
  readonly logsFailures?: boolean
  /**
   * The language writes the records of its log itself and applies `AWS_LAMBDA_LOG_LEVEL` to them; `records` of the
   * `load` frame is their beginning. Printed lines between them get no prefix and are never dropped. Without this
   * option a printed line has the level INFO.
   */
  readonly makesRecords?: boolean
  /** True for a log line about the driver itself: such lines are left out of the last lines that an invoker may see. */
  isOwnLine?(line: string): boolean
  /**
   * With `true`, running children of the driver stay after their event if they share its session, because a module may
   * keep them. With `all`, every process of an event stays until the lane ends. When absent, all are ended after the
   * event.
   */
  readonly keepsChildren?: boolean | 'all'
  /** Time limit for the driver's own start, until `ready`. Milliseconds; 5,000 when absent. */
  readonly readyMs?: number
  /** Completes a failure before it is sent; gets the last lines (at most 20) of the log outputs. */
  failure?(failure: TaskFailure, tail: readonly string[]): TaskFailure
}
