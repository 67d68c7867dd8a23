// The least that a runtime with SQLite in a thread does: the thread gets each event as a parameter of a query and
// writes the row as JSON. Both sides sleep on counters in shared memory, as the host does. Nothing is checked.
'use strict'
const {
  isMainThread,
  MessageChannel,
  parentPort,
  receiveMessageOnPort,
  Worker,
  workerData,
} = require('node:worker_threads')

if (isMainThread) {
  const counters = new Int32Array(new SharedArrayBuffer(8))
  const { port1, port2 } = new MessageChannel()
  const thread = new Worker(__filename, { workerData: { port: port2, counters }, transferList: [port2] })
  const { serve } = require('./bare-socket.js')
  let seen = 0
  thread.once('message', () => {
    serve((event, respond) => {
      port1.postMessage(event)
      Atomics.add(counters, 0, 1)
      Atomics.notify(counters, 0)
      Atomics.wait(counters, 1, seen)
      seen = Atomics.load(counters, 1)
      respond(receiveMessageOnPort(port1).message)
    })
  })
} else {
  const { port, counters } = workerData
  const Database = require('better-sqlite3')
  const query = new Database(':memory:').prepare('SELECT ? event')
  parentPort.postMessage('ready')
  for (let seen = 0; ;) {
    Atomics.wait(counters, 0, seen)
    seen = Atomics.load(counters, 0)
    port.postMessage(JSON.stringify(query.get(receiveMessageOnPort(port).message)))
    Atomics.add(counters, 1, 1)
    Atomics.notify(counters, 1)
  }
}
