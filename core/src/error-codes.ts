/**
 * Every `code` of a `HostError`; it becomes the `errorType` of the posted error. The list is closed, and plugins use it
 * too. docs/errors.md has cause and cure of each code, and a test compares the two lists.
 */
export type HostErrorCode = SetUpCode | HandlerNameCode | LanguageCode | PluginCode | EventCode | PlatformCode

/** The function is set up wrongly: a fault of the user. */
type SetUpCode =
  /** A variable has an impossible value, or names a file that can't be used. */
  | 'Runtime.InvalidEnvironment'
  /** The task root is missing, or is no readable folder. */
  | 'Runtime.InvalidTaskRoot'
  /** A wrong key, type or value in the configuration, or in a plugin's options. */
  | 'Runtime.InvalidConfiguration'

/** `_HANDLER` leads to no handler: a fault of the user. */
type HandlerNameCode =
  /** The name is invalid, or has a function although the language has none. */
  | 'Runtime.MalformedHandlerName'
  /** The name, or a symbolic link, leads out of the task root. */
  | 'Runtime.HandlerOutsideTaskRoot'
  /** No file was found, or the file imports a missing module. */
  | 'Runtime.ImportModuleError'
  /** The file exists, but no language runs it. */
  | 'Runtime.UnknownExtension'
  /** Two files fit the name. */
  | 'Runtime.AmbiguousHandler'
  /** The file was loaded, but lacks the function. */
  | 'Runtime.HandlerNotFound'
  /** The file can't be parsed. */
  | 'Runtime.UserCodeSyntaxError'

/** A fault of the program that runs a language, or of its installation. */
type LanguageCode =
  /** The program is not on PATH, not at its path, or not executable. */
  | 'Runtime.InterpreterNotFound'
  /** It is another program than expected. */
  | 'Runtime.InterpreterInvalid'
  /** The program is too old. */
  | 'Runtime.InterpreterTooOld'
  /** The driver could not be started, or ended before it was ready. */
  | 'Runtime.DriverFailed'

/** A fault of the plugin, or of the configuration that names it. */
type PluginCode =
  /** No language has this name, or its package is not installed. */
  | 'Runtime.PluginNotFound'
  /** Two plugins claim the same files. */
  | 'Runtime.PluginConflict'
  /** Its module or its factory threw. */
  | 'Runtime.PluginLoadError'
  /** Its export is no plugin. */
  | 'Runtime.PluginInvalid'

/** The bytes of an event or of an answer can't be used. */
type EventCode =
  /** The answer can't be written as JSON, or in a header. */
  | 'Runtime.MarshalError'
  /** The language parses the event, and fails. */
  | 'Runtime.UnmarshalError'
  /** The client context or the identity is invalid. */
  | 'Runtime.LambdaContextUnmarshalError'

/** Errors between host and platform. */
type PlatformCode =
  /** The platform refused the registration as an extension. */
  | 'Runtime.ExtensionError'
  /** The platform refused a call of the Runtime API, or the connection broke. */
  | 'Runtime.RuntimeApiError'
  /** The connection broke during a streamed response. */
  | 'Runtime.TruncatedResponse'
  /** The environment ended while the event was running. */
  | 'Runtime.ShuttingDown'
