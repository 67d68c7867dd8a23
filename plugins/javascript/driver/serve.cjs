/** Runs a handler's events, one at a time: on the main thread of a process, or in a thread of one. */

const { contextOf, defineGlobal } = require('./aws-lambda.cjs')
const { makeContext } = require('./context.cjs')
const { readFields } = require('./control.cjs')
const failures = require('./failures.cjs')
const { loadHandler } = require('./loading.cjs')
const { logFailure, patchConsole } = require('./log.cjs')
const { flushPrinted, mendPrinted, watchPrinted } = require('./printed.cjs')

/** Set by {@link serve}. */
let control
let options
let store
let surroundings
/** The running event: `{ fail(error) }`. */
let task = { fail: failAtStart }
let handler
let fields

/**
 * Loads the handler, and runs its events until the host has no more.
 * @param given `control`; the fields of `load` as `options`; and what a process has in another way than a thread:
 * `local` (see InvokeStore), `printed` (see `watchPrinted`), `beginVariables(fields)` before an event, `repair()` after
 * it, and whether Node `printsCrashes`
 */
function serve(given) {
  ;({ control, options } = given)
  surroundings = given
  store = defineGlobal(given.local)
  patchConsole(control.output, options.records, store)
  watchPrinted(given.printed)
  process.on('uncaughtExceptionMonitor', (error, origin) => {
    // A listener keeps the process alive.
    if (process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()) return
    task?.fail(origin === 'unhandledRejection' ? failures.unhandledPromiseRejection(error) : error, true)
  })
  process.on('beforeExit', () => {
    task?.fail(failures.nodeJsExit(`${options.target} waits for what nobody will do: Node has nothing left to run`))
  })
  void load()
}

async function load() {
  try {
    handler = await loadHandler(options)
  } catch (error) {
    failAtStart(error)
    return
  }
  task = undefined
  await flushPrinted()
  control.listen(receive, leave)
  control.send('loaded')
}

function failAtStart(error, isCrash = false) {
  task = undefined
  logUnprinted('Init Error', error, isCrash)
  control.send('failed', failures.errorBody(error))
  // A crash ends the process by itself, and prints first.
  if (!isCrash) process.exit(1)
}

/** Node prints itself what ends a process. */
function logUnprinted(what, error, isCrash) {
  if (!isCrash || !surroundings.printsCrashes) logFailure(what, error)
}

function receive(kind, payload) {
  if (kind === 'context') fields = readFields(payload.utf8Slice())
  else if (kind === 'event') runEvent(fields, payload)
}

function runEvent(fields, payload) {
  control.begin(fields.event)
  surroundings.beginVariables(fields)
  const own = { fail }
  task = own
  let stream
  const text = payload.utf8Slice()
  store.run(contextOf(fields), () => void run())

  async function run() {
    let event
    try {
      event = JSON.parse(text)
    } catch (error) {
      return fail(failures.unmarshalError(error))
    }
    const { invoke, streams } = handler
    try {
      if (streams) {
        await runStream(invoke, event)
        end('done')
      } else {
        end('done', serialized(await invoke(event, makeContext(fields))))
      }
    } catch (error) {
      fail(error)
    }
  }

  async function runStream(invoke, event) {
    stream = new handler.ResponseStream(control, handler.highWaterMark)
    const closed = new Promise((resolve, reject) => {
      stream.once('finish', resolve).once('error', reject)
      stream.once('close', () => reject(new Error('Response stream is not finished.')))
    })
    // The first failure is reported below.
    closed.catch(() => {})
    const running = invoke(event, stream, makeContext(fields))
    if (typeof running?.then !== 'function') throw new Error('Streaming does not support non-async handlers.')
    if ((await running) !== undefined) console.warn('Streaming handlers ignore return values.')
    await closed
  }

  function fail(error, isCrash = false) {
    if (isCrash) {
      logUnprinted('Invoke Error', error, isCrash)
      control.send('last')
      answer('failed', failures.errorBody(error))
      return
    }
    // The handler's remaining microtasks run before, as on AWS: an unhandled rejection is a failure.
    setImmediate(() => void tell(error))
  }

  async function tell(error) {
    if (task !== own) return
    logFailure('Invoke Error', error)
    stream?.destroy()
    await flushPrinted()
    await control.chunksSent()
    if (task !== own) return
    const cause = failures.xrayCause(error)
    if (cause) control.send('cause', cause)
    answer('failed', failures.errorBody(error))
  }

  function end(kind, payload) {
    setImmediate(() => {
      const printing = flushPrinted()
      if (printing) void printing.then(() => answer(kind, payload))
      else answer(kind, payload)
    })
  }

  function answer(kind, payload) {
    if (task !== own) return
    task = undefined
    control.send(kind, payload)
    control.rest()
    // From here on no invoker waits.
    mendPrinted()
    surroundings.repair()
  }
}

function serialized(value) {
  let text
  try {
    text = JSON.stringify(value === undefined ? null : value)
  } catch {
    throw failures.jsonStringifyError()
  }
  // A function has none.
  if (text === undefined) throw failures.jsonStringifyError()
  return text
}

/**
 * The host has no more events, or has ended. The handler's exit listeners run now; one of them may end the process
 * itself.
 */
function leave() {
  const endMs = 1_000
  if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(0)
  setTimeout(() => process.exit(0), endMs).unref()
}

module.exports = { serve }
