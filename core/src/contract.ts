/**
 * The contract between the host and a language plugin. Types only: importing this file costs nothing.
 */

export type Awaitable<T> = T | PromiseLike<T>

/** Log levels of Lambda's advanced logging controls, lowest first. */
export type Level = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL'

/** A handler as the router found it. */
export interface HandlerRef {
  /** What `_HANDLER` said, unchanged: `app.handler`, `sql:report`. */
  readonly name: string
  /** The plugin that runs it: `sql`. */
  readonly plugin: string
  /** Absolute path of the handler file; absent when `plugin:target` named no file and the plugin finds it itself. */
  readonly file?: string
  /**
   * No file fits, but the plugin may know the target by itself, as Python knows what lies on its search path. If it doesn't, its `setup` throws this error, which says what
   * was looked for.
   */
  readonly notFound?: Error
  /** The function in the file (`handler` of `app.handler`), if the name carries one. */
  readonly function?: string
  /** The name without the plugin's prefix: `report` of `sql:report`. */
  readonly target: string
  /** How many of its invocations may be under way for each event of the host, where that is more than one: records of a batch. */
  readonly parallel?: number
}

/** `Lambda-Runtime-Cognito-Identity`, parsed. */
export interface CognitoIdentity {
  readonly cognitoIdentityId?: string
  readonly cognitoIdentityPoolId?: string
}

/** W3C trace context, which travels in `clientContext.w3c`. */
export interface TraceContext {
  readonly traceparent?: string
  readonly tracestate?: string
  readonly baggage?: string
}

/** What an `AbortSignal` tells, without an event target; a signal is an alarm, too. */
export interface Alarm {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** One event with everything the Runtime API says about it. */
export interface Invocation {
  /** `Lambda-Runtime-Aws-Request-Id`. */
  readonly id: string
  readonly handler: HandlerRef
  /** The event's bytes as they came; nothing has parsed or checked them. */
  readonly event: Uint8Array
  /** Epoch milliseconds of `Lambda-Runtime-Deadline-Ms`. */
  readonly deadline: number
  /** `Lambda-Runtime-Invoked-Function-Arn`; empty when the platform sent none. */
  readonly functionArn: string
  /** `Lambda-Runtime-Trace-Id`. */
  readonly traceId?: string
  /** `Lambda-Runtime-Client-Context`, a JSON text without its `w3c` key. */
  readonly clientContext?: string
  /** The `w3c` key of the client context. */
  readonly traceContext?: TraceContext
  readonly identity?: CognitoIdentity
  /** `Lambda-Runtime-Aws-Tenant-Id`. */
  readonly tenantId?: string
  /** Parameters of the route that led to the handler, where they aren't written into the event. */
  readonly params?: Readonly<Record<string, string>>
  /**
   * Aborted shortly before the deadline (the reason is a `HandlerError` of type `Function.Timeout`), and when the host
   * shuts down. What still runs after that must end: the host answers for it and takes the next event.
   */
  readonly signal: AbortSignal
  /**
   * Tells the same as `signal`, which is made when somebody asks for it: for plugins that do so with every event, as those do that hand it to a lane.
   * Absent in an invocation that was made of another one with a signal of its own.
   */
  readonly alarm?: Alarm
  /** Milliseconds to the deadline, never below 0. */
  remaining(): number
}

/** What the host gives a plugin for its whole life. */
export interface PluginEnv {
  /** `LAMBDA_TASK_ROOT`, or the folder given by `--root`; absolute, symlinks resolved. */
  readonly taskRoot: string
  /** Every handler that this process can be asked for: load them in `setup`, so that a broken one fails in the init phase. */
  readonly handlers: readonly HandlerRef[]
  /** How many invocations can be under way at once, 1 or more. */
  readonly concurrency: number
  /** How many worker processes the handlers of all languages may hold together, where there are several handlers; those that run an event are never ended for it. */
  readonly workers?: number
  /** The environment for child processes: the process's own without the host's private names. */
  readonly variables: Readonly<Record<string, string>>
  /** A private folder, made by the host, removed when it ends; all languages of a function share it. */
  readonly tmp: string
  /** The host runs on somebody's machine and not on Lambda: other programs of the same user are none of its business. */
  readonly local?: boolean
  /**
   * Writes to the function's log. A string or bytes may hold several lines; each becomes a record. Give the invocation
   * that wrote it, so that the record carries its request id; without a level it is taken for a line that the handler printed.
   */
  log(line: string | Uint8Array, about?: LogAbout): void
}

export interface LogAbout {
  readonly invocation?: Invocation
  readonly level?: Level
  /**
   * What a language that makes its records itself hands over. `printed`: lines between its records; they go out without a prefix and whatever `AWS_LAMBDA_LOG_LEVEL`
   * says, in the JSON format as records. `text`, `json`: one finished record in that format, whatever line breaks it has; it goes out as it is.
   */
  readonly form?: 'printed' | 'text' | 'json'
}

/**
 * What becomes of answers to HTTP events. `shape`: those without a status are HTTP answers too, so a plain result is a body. `never`: all go out as they are, also those
 * with a status. When absent, only answers with a status are written in the dialect of the event.
 */
export type HttpAnswers = 'shape' | 'never'

/** A language. Made by a {@link PluginFactory}, the default export of the plugin's package. */
export interface Plugin {
  /** Unique, lower case; also an explicit prefix in `_HANDLER`: `sql:report`. */
  readonly name: string
  /** Extensions of handler files, with the dot: `['.sql']`. */
  readonly extensions: readonly string[]
  /**
   * How long before its deadline an event is given up, in milliseconds: 100 when absent, 250 at most, and never more than a tenth of the event's time. For handlers
   * that keep the processor busy while they are being stopped.
   */
  readonly marginMs?: number
  readonly http?: HttpAnswers
  /** Once, in Lambda's init phase. A throw is posted to `/init/error`. */
  setup(env: PluginEnv): Awaitable<void>
  /**
   * Answers one event. Called up to `env.concurrency` times at once, for a handler with `parallel` that many times as often.
   *
   * Returns a string or bytes (sent as they are), an `answer()` (sent as it says), an async iterable of bytes (a streamed
   * response), or any other value (sent as JSON). A thrown `HandlerError` is the handler's own failure; any other throw is
   * the plugin's fault and goes out as `Runtime.PluginError`.
   */
  invoke(invocation: Invocation): Awaitable<unknown>
  /** Once, also after a failed `setup`; a second call does no harm. Ends every process and thread of the plugin. */
  cleanup(env: PluginEnv): Awaitable<void>
  /** SnapStart: before the snapshot is taken. */
  beforeSnapshot?(env: PluginEnv): Awaitable<void>
  /** SnapStart: after the snapshot was restored; connections are gone, randomness is repeated. */
  afterRestore?(env: PluginEnv): Awaitable<void>
}

/** The default export of a plugin's package. `options` is `plugins.NAME.options` of the configuration, `{}` when absent. */
export type PluginFactory<Options = unknown> = (options: Options) => Awaitable<Plugin>
