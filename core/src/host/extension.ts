import { HostError, messageOf } from '../errors.ts'
import { version } from '../version.ts'
import { WireError } from '../wire/wire.ts'
import type { Wire, WireResponse } from '../wire/wire.ts'

const base = '/2020-01-01/extension'
const name = 'anyhandler'
const userAgent = `anyhandler/${version}`
const withoutExtension = 'unset ANYHANDLER_EXTENSION to run without it'

/**
 * Registers the runtime as an internal extension. Without any extension the platform ends a runtime by SIGKILL and
 * never sends SIGTERM.
 *
 * The extension subscribes to no events: `SHUTDOWN` is refused to internal extensions, and with `INVOKE` each event
 * would wait for it. Its `/event/next` stays open on a separate connection, because the platform waits for this call
 * before it sends events.
 */
export class InternalExtension {
  readonly #wire: Wire

  private constructor(wire: Wire) {
    this.#wire = wire
  }

  /**
   * Call it before the first `/next`: later the platform refuses the registration.
   * @param wire a connection for this extension only
   * @throws HostError `Runtime.ExtensionError` when the platform refuses
   */
  static async register(wire: Wire): Promise<InternalExtension> {
    const response = await ask(
      wire.request({
        method: 'POST',
        path: `${base}/register`,
        headers: { 'user-agent': userAgent, 'content-type': 'application/json', 'lambda-extension-name': name },
        body: Buffer.from('{"events":[]}'),
      }),
    )
    const id = response.header('lambda-extension-identifier')
    if (response.status !== 200 || !id) {
      wire.close()
      const said = response.body.toString('utf8', 0, 300).trim()
      throw new HostError('Runtime.ExtensionError', {
        problem: `the platform answered ${response.status} to the registration as an extension${said && `: ${said}`}`,
        cure: withoutExtension,
      })
    }
    return new InternalExtension(wire).#wait(id)
  }

  close(): void {
    this.#wire.close()
  }

  #wait(id: string): this {
    // No answer is expected, because no event is subscribed. If the connection breaks after a freeze, the platform
    // doesn't mind.
    this.#wire
      .request({
        method: 'GET',
        path: `${base}/event/next`,
        headers: { 'user-agent': userAgent, 'lambda-extension-identifier': id },
      })
      .catch(() => {})
    return this
  }
}

async function ask(response: Promise<WireResponse>): Promise<WireResponse> {
  try {
    return await response
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    throw new HostError('Runtime.ExtensionError', {
      problem: `the registration as an extension failed: ${messageOf(error)}`,
      cure: withoutExtension,
      cause: error,
    })
  }
}
