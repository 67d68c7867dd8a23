/**
 * The contract between the host and a language plugin. Types only: importing this file costs nothing.
 */

export type Awaitable<T> = T | PromiseLike<T>

/** Log levels of Lambda's advanced logging controls, lowest first. */
export type Level = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL'

/** A handler, as the search has found it. */
export interface HandlerRef {
  /** The name in `_HANDLER`, unchanged: `app.handler`, `sql:report`. */
  readonly name: string
  /** The plugin that runs it: `sql`. */
  readonly plugin: string
  /** Absolute path of the handler file; absent when `plugin:target` named no file and the plugin finds it itself. */
  readonly file?: string
  /**
   * Set if no file fits, but the plugin may find the target itself, as Python does on its search path. If it can't, its
   * `setup` throws this error, which lists the searched places.
   */
  readonly notFound?: Error
  /** The function in the file (`handler` of `app.handler`), if the name contains one. */
  readonly function?: string
  /** The name without the plugin's prefix: `report` of `sql:report`. */
  readonly target: string
  /**
   * The number of its invocations that may run at the same time for one event, if more than one: records of a batch.
   */
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

/** Like an `AbortSignal`, but without an event target; a signal is an alarm, too. */
export interface Alarm {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** One event with all data of the Runtime API about it. */
export interface Invocation {
  /** `Lambda-Runtime-Aws-Request-Id`. */
  readonly id: string
  readonly handler: HandlerRef
  /** The event's bytes, neither parsed nor checked. */
  readonly event: Uint8Array
  /** Epoch milliseconds of `Lambda-Runtime-Deadline-Ms`. */
  readonly deadline: number
  /** `Lambda-Runtime-Invoked-Function-Arn`; empty when the platform sent none. */
  readonly functionArn: string
  /** `Lambda-Runtime-Trace-Id`. */
  readonly traceId?: string
  /** `Lambda-Runtime-Client-Context`, a JSON text without its `w3c` key. */
  readonly clientContext?: string
  /** The value of the key `w3c` of the client context. */
  readonly traceContext?: TraceContext
  readonly identity?: CognitoIdentity
  /** `Lambda-Runtime-Aws-Tenant-Id`. */
  readonly tenantId?: string
  /** Parameters of the route that led to the handler, unless they are written into the event. */
  readonly params?: Readonly<Record<string, string>>
  /**
   * Aborted shortly before the deadline (the reason is a `HandlerError` of type `Function.Timeout`), and when the host
   * shuts down. The plugin must then stop all work for this event: the host answers it and takes the next one.
   */
  readonly signal: AbortSignal
  /**
   * The same as `signal`, without its cost: the signal is made on first use. For plugins that listen at every event, as
   * those that pass it to a lane do. Absent in a copy of an invocation with a signal of its own.
   */
  readonly alarm?: Alarm
  /** Milliseconds to the deadline, never below 0. */
  remaining(): number
}

/** The host's data for a plugin, for its whole life. */
export interface PluginEnv {
  /** `LAMBDA_TASK_ROOT`, or the folder given by `--root`; absolute, symlinks resolved. */
  readonly taskRoot: string
  /** Every handler that this process may run: load them in `setup`, so that a broken one fails in the init phase. */
  readonly handlers: readonly HandlerRef[]
  /** Number of invocations that can run at the same time, 1 or more. */
  readonly concurrency: number
  /**
   * Limit of worker processes for the handlers of all languages together, if there are several handlers. Busy workers
   * are never ended for it.
   */
  readonly workers?: number
  /** The environment for child processes: the process's own without the host's private variables. */
  readonly variables: Readonly<Record<string, string>>
  /** A private folder, made by the host, which removes it when it ends; all languages of a function share it. */
  readonly tmp: string
  /** True if the host runs locally and not on Lambda: it must not touch other programs of the same user. */
  readonly local?: boolean
  /**
   * Writes to the function's log. A string or bytes may contain several lines; each becomes a record. Pass the
   * invocation, so that the record has its request id. Without a level the line counts as printed by the handler.
   */
  log(line: string | Uint8Array, about?: LogAbout): void
}

export interface LogAbout {
  readonly invocation?: Invocation
  readonly level?: Level
  /**
   * A piece of log from a language that writes its own records. `printed`: lines between its records; they get no
   * prefix and ignore `AWS_LAMBDA_LOG_LEVEL`, and become records in the JSON format. `text`, `json`: one finished
   * record in that format, with any line breaks; it is sent unchanged.
   */
  readonly form?: 'printed' | 'text' | 'json'
}

/**
 * The handling of answers to HTTP events. `shape`: answers without a status are HTTP answers too, so a plain result is
 * a body. `never`: all answers stay unchanged, also those with a status. When absent, only answers with a status are
 * written in the dialect of the event.
 */
export type HttpAnswers = 'shape' | 'never'

/** A language. Made by a {@link PluginFactory}, the default export of the plugin's package. */
export interface Plugin {
  /** Unique, lower case; also an explicit prefix in `_HANDLER`: `sql:report`. */
  readonly name: string
  /** Extensions of handler files, with the dot: `['.sql']`. */
  readonly extensions: readonly string[]
  /**
   * Time before its deadline at which an event is aborted, in milliseconds: 100 when absent, 250 at most, and never
   * more than a tenth of the event's time. For handlers that keep the processor busy while they are being stopped.
   */
  readonly marginMs?: number
  /** Programs that must be on PATH, or paths relative to the task root: the doctor looks for them. */
  readonly programs?: readonly string[]
  readonly http?: HttpAnswers
  /** Called once, in Lambda's init phase. An exception is posted to `/init/error`. */
  setup(env: PluginEnv): Awaitable<void>
  /**
   * Answers one event. Up to `env.concurrency` calls run at the same time; for a handler with `parallel`, that many
   * times more.
   *
   * Returns a string or bytes (sent unchanged), an `answer()`, an async iterable of bytes (a streamed response), or any
   * other value (sent as JSON). A thrown `HandlerError` is the handler's own failure; any other exception is a fault of
   * the plugin and is sent as `Runtime.PluginError`.
   */
  invoke(invocation: Invocation): Awaitable<unknown>
  /**
   * Runs the records of a batch of which only success or failure counts, one after the other in one worker. The host
   * calls it in place of `invoke` if it is there.
   *
   * @param invocation its `event` is empty
   * @param onFailed called for each record that fails, before the series ends; `index` counts from 0
   * @returns `undefined` if the handler's worker can't do so now
   */
  invokeSeries?(
    invocation: Invocation,
    records: readonly Uint8Array[],
    onFailed: (index: number, error: unknown) => void,
  ): Series | undefined
  /**
   * Called once, also after a failed `setup`; a second call must do nothing. Ends every process and thread of the
   * plugin.
   */
  cleanup(env: PluginEnv): Awaitable<void>
  /** SnapStart: called before the snapshot is taken. */
  beforeSnapshot?(env: PluginEnv): Awaitable<void>
  /** SnapStart: called after the snapshot was restored; connections are broken, and random numbers would repeat. */
  afterRestore?(env: PluginEnv): Awaitable<void>
}

/** Records of a batch that one worker runs. */
export interface Series {
  /** Never rejects. */
  readonly ended: Promise<SeriesEnd>
  /** Takes back the records that have not begun: always the last ones. @returns their number */
  takeBack(): number
}

/** Numbers of records, in their order. */
export interface SeriesEnd {
  /** Records that have begun; the others were not touched. */
  readonly begun: number
  /** Records that ran to their end: those without an earlier `onFailed` have succeeded. */
  readonly done: number
  /** Why the records between `done` and `begun` have failed. */
  readonly error?: unknown
}

/**
 * The default export of a plugin's package. `options` is `plugins.NAME.options` of the configuration, `{}` when absent.
 */
export type PluginFactory<Options = unknown> = (options: Options) => Awaitable<Plugin>
