/** Errors as AWS's client names and reports them. */

class Fault extends Error {
  constructor(name, message, stack) {
    super(message)
    this.name = `Runtime.${name}`
    if (stack !== undefined) this.stack = stack
  }
}

const handlerNotFound = (message) => new Fault('HandlerNotFound', message)
const malformedHandlerName = (message) => new Fault('MalformedHandlerName', message)
const importModuleError = (error) => new Fault('ImportModuleError', String(error))
const userCodeSyntaxError = (error) => new Fault('UserCodeSyntaxError', String(error), error.stack)
const malformedStreamingHandler = (message) => new Fault('MalformedStreamingHandler', message)
const invalidStreamingOperation = (message) => new Fault('InvalidStreamingOperation', message)
const callbackHandlerDeprecated = (message) => new Fault('CallbackHandlerDeprecated', message)
const jsonStringifyError = () => new Fault('JSONStringifyError', 'Unable to stringify response body')
const unmarshalError = (error) => new Fault('UnmarshalError', `the event is not JSON: ${error.message}`)
const unhandledPromiseRejection = (error) => new Fault('UnhandledPromiseRejection', String(error), error?.stack)
const nodeJsExit = (message) => new Fault('NodeJsExit', message)

/** A longer header is of no use: the host makes a shorter one. */
const longestCause = 65_536
const ownFolder = __dirname

/** The lines of a stack, without the driver's own. */
function linesOf(stack) {
  return stack.split('\n').filter((line) => !line.includes(ownFolder))
}

/** AWS's client writes it so: a header can't hold it. */
const withoutDelete = (text) => text?.replaceAll('\x7F', '%7F')

/** The error JSON. */
function errorBody(error) {
  return JSON.stringify(describe(error))
}

/** AWS's report of a failure, for any thrown value. */
function describe(error) {
  try {
    if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] }
    const { name, message, stack } = error
    const trace = withoutDelete(stack)
    return {
      errorType: withoutDelete(name),
      errorMessage: withoutDelete(message),
      trace: trace === undefined ? [] : linesOf(trace),
    }
  } catch {
    const errorMessage =
      'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack'
    return { errorType: 'handled', errorMessage, trace: [] }
  }
}

/** X-Ray's description of a failure, in printable ASCII; empty when there is none, or none that a header can carry. */
function xrayCause(error) {
  try {
    const { name, message, stack } = error
    const frames = stackFrames(stack)
    const cause = {
      working_directory: process.cwd(),
      exceptions: [{ type: withoutDelete(name), message: withoutDelete(message), stack: frames }],
      paths: [...new Set(frames.map(({ path }) => path))],
    }
    const text = JSON.stringify(cause).replace(/[\u007f-\uffff]/g, escaped)
    return text.length > longestCause ? '' : text
  } catch {
    return ''
  }
}

function escaped(character) {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function stackFrames(stack) {
  if (!stack) return []
  return linesOf(withoutDelete(stack)).slice(1).map(stackFrame)
}

function stackFrame(line) {
  const text = line
    .trim()
    .replace(/[()]/g, '')
    .replace(/^[^\s]*\s/, '')
  const space = text.lastIndexOf(' ')
  const [path, number] = text.slice(space + 1).split(':')
  return { path, line: parseInt(number, 10), label: space < 0 ? 'anonymous' : text.slice(0, space) }
}

module.exports = {
  handlerNotFound,
  malformedHandlerName,
  importModuleError,
  userCodeSyntaxError,
  malformedStreamingHandler,
  invalidStreamingOperation,
  callbackHandlerDeprecated,
  jsonStringifyError,
  unmarshalError,
  unhandledPromiseRejection,
  nodeJsExit,
  linesOf,
  errorBody,
  describe,
  xrayCause,
}
