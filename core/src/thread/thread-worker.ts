/** Runs inside a thread: one long tinypool task that serves a lane until the lane is closed. */
import { receiveMessageOnPort } from 'node:worker_threads'
import type {
  ThreadFailure,
  ThreadRequest,
  ThreadResponse,
  ThreadStart,
  ThreadTools,
  ThreadWorkerFactory,
} from './thread-contract.ts'

/** A task that has so many unread messages waits for the host. */
const mostUnread = 100

interface WorkerModule {
  readonly default: ThreadWorkerFactory<unknown, unknown, unknown>
  readonly failure: ThreadFailure
}

/** In a CommonJS file of a bundle the exports are one level deeper. */
async function load(
  module: string,
): Promise<{ readonly factory: WorkerModule['default']; readonly failure: ThreadFailure }> {
  const loaded = (await import(module)) as WorkerModule | { readonly default: WorkerModule }
  const { default: factory, failure } = typeof loaded.default === 'function' ? (loaded as WorkerModule) : loaded.default
  return { factory, failure }
}

export default async function serve({ port, counters, module, options }: ThreadStart): Promise<void> {
  const post = (response: ThreadResponse, moved?: readonly ArrayBuffer[]): void => {
    port.postMessage(response, moved)
    Atomics.add(counters, 1, 1)
    Atomics.notify(counters, 1)
  }
  let moved: ArrayBuffer[] | undefined
  let posted = 0
  const postMessage = (message: unknown): void => {
    post(['message', message])
    posted = (posted + 1) | 0
    // The host reads more slowly than a task can post, and what it has not read needs memory.
    for (let read; ((posted - (read = Atomics.load(counters, 2))) | 0) > mostUnread;) Atomics.wait(counters, 2, read)
  }
  const tools: ThreadTools = {
    post: postMessage,
    move: (memory) => void (moved ??= []).push(memory),
  }
  const { factory, failure } = await load(module)
  let worker: Awaited<ReturnType<typeof factory>>
  try {
    worker = await factory(options)
  } catch (thrown) {
    post(['failure', failure(thrown)])
    return
  }
  post(['value', undefined])

  for (let seen = 0; ;) {
    Atomics.wait(counters, 0, seen)
    seen = Atomics.load(counters, 0)
    for (let received = receiveMessageOnPort(port); received; received = receiveMessageOnPort(port)) {
      const request = received.message as ThreadRequest
      if (request.length === 0) {
        worker.close?.()
        port.close()
        return
      }
      let response: ThreadResponse
      moved = undefined
      try {
        response = ['value', worker.run(request[0], tools)]
      } catch (thrown) {
        response = ['failure', failure(thrown)]
        moved = undefined
      }
      post(response, moved)
    }
  }
}
