// The least that a runtime with a thread does: it starts an empty thread, gives it each event, and answers with what
// comes back. Both sides sleep on counters in shared memory, as the host does. Nothing is checked.
import { isMainThread, MessageChannel, parentPort, receiveMessageOnPort, Worker, workerData } from 'node:worker_threads'
import { serve } from './bare-socket.js'

if (isMainThread) {
  const counters = new Int32Array(new SharedArrayBuffer(8))
  const { port1, port2 } = new MessageChannel()
  const thread = new Worker(new URL(import.meta.url), { workerData: { port: port2, counters }, transferList: [port2] })
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
  parentPort.postMessage('ready')
  for (let seen = 0; ;) {
    Atomics.wait(counters, 0, seen)
    seen = Atomics.load(counters, 0)
    const { message } = receiveMessageOnPort(port)
    port.postMessage(message)
    Atomics.add(counters, 1, 1)
    Atomics.notify(counters, 1)
  }
}
