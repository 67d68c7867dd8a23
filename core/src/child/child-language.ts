import type { Awaitable, HandlerRef, HttpAnswers, Invocation, PluginEnv } from '../contract.ts'
import type { TaskFailure } from '../lane/lane.ts'

export interface DriverCommand {
  /** Program: looked up on the PATH of `variables`, or an absolute path. */
  readonly file: string
  readonly args: readonly string[]
  /** The environment; `env.variables` when absent. */
  readonly variables?: Readonly<Record<string, string>>
  /** How to get the program if it is missing: the end of the sentence "python3 was not found on PATH; …". */
  readonly cure?: string
}

/** What a child language says about itself; everything else is the same for all of them. */
export interface ChildLanguage {
  readonly name: string
  readonly extensions: readonly string[]
  /** Asked once, in `setup`. Throw a `HostError` when the interpreter can't be used. */
  command(env: PluginEnv): Awaitable<DriverCommand>
  /**
   * The program that runs several lanes in one process, as docs/child-languages.md says: used in the place of `command` when several events of a handler can be under way
   * at a time. Without it each of them has a process.
   */
  carrier?(env: PluginEnv): Awaitable<DriverCommand>
  /**
   * What the driver's named outputs are: `log` lines of the handler, or the `result`'s bytes. With more than one result, the first name in
   * this object that yielded a byte is the answer and the others are log. Without any, the answer is the `done` frame's payload.
   */
  readonly outputs: Readonly<Record<string, 'log' | 'result'>>
  /** Further `key=value` pairs of the `context` frame. */
  context?(invocation: Invocation): Readonly<Record<string, string>>
  /** Further `key=value` pairs of the `load` frame. */
  load?(handler: HandlerRef, env: PluginEnv): Readonly<Record<string, string>>
  /** Each driver gets a folder of its own, with an empty folder `tmp` in it for its events: the `load` frame's `tmp` names it. */
  readonly ownFolder?: boolean
  /** Content type of an answer whose `head` has none; `application/json` when absent. */
  readonly contentType?: string
  readonly http?: HttpAnswers
  /**
   * Makes what a handler asks for while its event runs (a driver's `ask`), as a file holds it: so a handler that asks for nothing pays nothing. `undefined` when there is no such thing.
   */
  ask?(what: string, invocation: Invocation): Awaitable<Uint8Array | undefined>
  /** The driver writes the failures that it reports to the log itself: the host doesn't once more. */
  readonly logsFailures?: boolean
  /**
   * It makes the records of its log itself, and applies `AWS_LAMBDA_LOG_LEVEL` to them: the `load` frame's `records` says
   * how they begin. What is printed between them goes out without a prefix, and is never dropped. Without it, a printed
   * line is of level INFO.
   */
  readonly makesRecords?: boolean
  /** Whether a line of the log is about the driver itself: the last lines, which an invoker may see, leave it out. */
  isOwnLine?(line: string): boolean
  /**
   * Live children of the driver stay after the event that started them, as long as they share its session: what a module keeps.
   * With `all`, so does everything else that an event starts, until the lane ends. Without it, all is ended after the event.
   */
  readonly keepsChildren?: boolean | 'all'
  /** How long the driver's own start may take, until it says `ready`. Milliseconds; 5,000 when absent. */
  readonly readyMs?: number
  /** Completes a failure before it is sent; gets the last lines (at most 20) of the outputs that are log. */
  failure?(failure: TaskFailure, tail: readonly string[]): TaskFailure
}
