/**
 * The console, as AWS's runtime has it. Finished records stand between printed lines: "Records" in
 * docs/child-languages.md of anyhandler.
 */

const { format } = require('node:util')
const { writeText } = require('./pipes.cjs')
const { describe, linesOf } = require('./failures.cjs')

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']
const isJson = logFormat() === 'JSON'
/** An unknown level leaves out nothing. */
const lowest = Math.max(0, LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase()))

/** On Managed Instances, where the lines of several events mingle, JSON is the default. */
function logFormat() {
  const { AWS_LAMBDA_LOG_FORMAT, AWS_LAMBDA_MAX_CONCURRENCY, AWS_LAMBDA_INITIALIZATION_TYPE } = process.env
  if (AWS_LAMBDA_LOG_FORMAT) return AWS_LAMBDA_LOG_FORMAT.toUpperCase()
  const isManaged = AWS_LAMBDA_MAX_CONCURRENCY > 1 || AWS_LAMBDA_INITIALIZATION_TYPE === 'lambda-managed-instances'
  return isManaged ? 'JSON' : 'TEXT'
}

/**
 * Makes the methods of `console` write records.
 * @param fd waits for room
 * @param mark begins a record
 * @param store knows whose record it is
 */
function patchConsole(fd, mark, store) {
  const beginning = `\0${mark}`
  const methods = LEVELS.map((level, index) => {
    if (index < lowest) return () => {}
    return (message, ...rest) => {
      const text = isJson ? jsonRecord(level, store, message, rest) : textRecord(level, store, message, rest)
      writeText(fd, `${beginning}${level} ${isJson ? 'json' : 'text'} ${Buffer.byteLength(text)}\n${text}`)
    }
  })
  ;[console.trace, console.debug, console.info, console.warn, console.error, console.fatal] = methods
  console.log = console.info
}

/** Tells the log of a failure. */
function logFailure(what, thrown) {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  if (isJson) console.error(error)
  else console.error(what, `\t${inFull(error)}`)
}

function textRecord(level, store, message, rest) {
  return [new Date().toISOString(), store.getRequestId(), level, format(message, ...rest)].join('\t')
}

function jsonRecord(level, store, message, rest) {
  const tenantId = store.getTenantId()
  const record = {
    timestamp: new Date().toISOString(),
    level,
    requestId: store.getRequestId(),
    ...(tenantId && { tenantId }),
  }
  if (rest.length === 0) {
    try {
      return JSON.stringify({ ...record, message }, withErrors)
    } catch {
      return JSON.stringify({ ...record, message: format(message) })
    }
  }
  const error = rest.find((one) => one instanceof Error)
  return JSON.stringify({
    ...record,
    message: format(message, ...rest),
    ...(error && {
      errorType: error.constructor?.name ?? 'UnknownError',
      errorMessage: error.message,
      stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
    }),
  })
}

function withErrors(_key, value) {
  if (!(value instanceof Error)) return value
  const { message, stack } = value
  return {
    errorType: value.constructor?.name ?? 'UnknownError',
    errorMessage: message,
    stackTrace: typeof stack === 'string' ? stack.split('\n') : stack,
    ...value,
  }
}

/** An error with all that was put onto it, and its causes. */
function inFull(error) {
  try {
    return JSON.stringify(error, (_key, value) => (value instanceof Error ? withProperties(value) : value))
  } catch {
    return JSON.stringify(describe(error))
  }
}

function withProperties(error) {
  const { name, message, code, stack } = error
  return {
    errorType: name,
    errorMessage: message,
    code,
    ...error,
    ...(typeof stack === 'string' && { stack: linesOf(stack) }),
  }
}

module.exports = { patchConsole, logFailure }
