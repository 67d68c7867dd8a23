/** One lane of `carrier.cjs`: a thread with pipes of its own. */

const { AsyncLocalStorage } = require('node:async_hooks')
const { parentPort, workerData } = require('node:worker_threads')
const { Control, readFields, receiveLoad } = require('./control.cjs')
const { isDamaged } = require('./pipes.cjs')
const { serve } = require('./serve.cjs')
const { eventVariables } = require('./variables.cjs')

Object.assign(process.env, workerData.variables)
const control = new Control(workerData)
const load = receiveLoad(workerData.input)
if (load === undefined) process.exit(0)
parentPort.postMessage('connected')
const options = readFields(load)
serve({
  control,
  options,
  local: new AsyncLocalStorage(),
  printed: control.output,
  beginVariables: eventVariables({ withMark: options.keepProcesses !== '1', inThread: true }),
  // A descriptor that this thread opened would be closed with it.
  repair: () => isDamaged() && parentPort.postMessage('damaged'),
  printsCrashes: false,
})
