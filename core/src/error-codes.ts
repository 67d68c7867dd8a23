/**
 * Every `code` of a `HostError`, which becomes the `errorType` of the error that is posted. A closed list, which plugins share:
 * docs/errors.md has cause and cure of each, and a test holds the two together.
 */
export type HostErrorCode = SetUpCode | HandlerNameCode | LanguageCode | PluginCode | EventCode | PlatformCode

/** The user's fault: the function is set up wrongly. */
type SetUpCode =
  /** A variable has an impossible value, or names what can't be used. */
  | 'Runtime.InvalidEnvironment'
  /** The task root is missing, or is no readable folder. */
  | 'Runtime.InvalidTaskRoot'
  /** A wrong key, type or value in the configuration, or in a plugin's options. */
  | 'Runtime.InvalidConfiguration'

/** The user's fault: `_HANDLER` leads to no handler. */
type HandlerNameCode =
  /** No usable name, or a function where the language knows none. */
  | 'Runtime.MalformedHandlerName'
  /** The name, or a symbolic link, leads out of the task root. */
  | 'Runtime.HandlerOutsideTaskRoot'
  /** No file was found; or one was, and what it imports is missing. */
  | 'Runtime.ImportModuleError'
  /** The file is there, and no language runs it. */
  | 'Runtime.UnknownExtension'
  /** Two files fit. */
  | 'Runtime.AmbiguousHandler'
  /** The file was loaded, and the function is not in it. */
  | 'Runtime.HandlerNotFound'
  /** The file can't be parsed. */
  | 'Runtime.UserCodeSyntaxError'

/** The user's fault, or the image's: the program that runs a language. */
type LanguageCode =
  /** It is not on PATH, not at its path, or not executable. */
  | 'Runtime.InterpreterNotFound'
  /** It is another program than it should be. */
  | 'Runtime.InterpreterInvalid'
  /** It is there, and too old. */
  | 'Runtime.InterpreterTooOld'
  /** It could not be started, or ended before it was ready. */
  | 'Runtime.DriverFailed'

/** The plugin's fault, or that of the configuration which names it. */
type PluginCode =
  /** No language of this name, or its package is not installed. */
  | 'Runtime.PluginNotFound'
  /** Two plugins claim the same files. */
  | 'Runtime.PluginConflict'
  /** Its module or its factory threw. */
  | 'Runtime.PluginLoadError'
  /** What it exports is no plugin. */
  | 'Runtime.PluginInvalid'

/** Of one event: what came in, or what was answered, has no form that can be used. */
type EventCode =
  /** The answer can't be written. */
  | 'Runtime.MarshalError'
  /** The event can't be read by a language that parses it. */
  | 'Runtime.UnmarshalError'
  /** The client context or the identity can't be read. */
  | 'Runtime.LambdaContextUnmarshalError'

/** The platform's doing, or ours. */
type PlatformCode =
  /** The registration as an extension was refused. */
  | 'Runtime.ExtensionError'
  /** A call of the Runtime API was refused, or the connection broke. */
  | 'Runtime.RuntimeApiError'
  /** The connection broke within a streamed response. */
  | 'Runtime.TruncatedResponse'
  /** The environment ended while the event was under way. */
  | 'Runtime.ShuttingDown'
