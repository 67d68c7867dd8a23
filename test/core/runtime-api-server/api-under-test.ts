import { afterEach, beforeEach } from 'vitest'
import { RuntimeApiServer } from '@anyhandler/core/testing'
import type { RuntimeApiOptions } from '@anyhandler/core/testing'
import { RawRuntime } from './raw-runtime.ts'

export interface ApiUnderTest {
  readonly api: RuntimeApiServer
  /** One connection to it; `connect` makes further ones. */
  readonly runtime: RawRuntime
  connect(): Promise<RawRuntime>
  /** Replaces `runtime` by a new connection. */
  reconnect(): Promise<void>
  /** Puts a server with other options in the place of the first. */
  restart(options: RuntimeApiOptions): Promise<void>
}

/** A server and a connection, new for each test of the file and closed after it. */
export function apiForEachTest(options?: RuntimeApiOptions): ApiUnderTest {
  let api: RuntimeApiServer
  let runtime: RawRuntime
  const opened: { close(): void | Promise<void> }[] = []
  const connect = async () => {
    const raw = await RawRuntime.connect(api.address)
    opened.push(raw)
    return raw
  }
  const restart = async (others?: RuntimeApiOptions) => {
    api = await RuntimeApiServer.start(others)
    opened.push(api)
    runtime = await connect()
  }
  beforeEach(() => restart(options))
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
  })
  return {
    get api() {
      return api
    },
    get runtime() {
      return runtime
    },
    connect,
    reconnect: async () => {
      runtime = await connect()
    },
    restart,
  }
}
