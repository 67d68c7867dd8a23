import { HostError, messageOf } from '../errors.ts'
import { version } from '../version.ts'
import { WireError } from '../wire/wire.ts'
import type { Wire, WireResponse } from '../wire/wire.ts'

const base = '/2020-01-01/extension'
const name = 'anyhandler'
const userAgent = `anyhandler/${version}`
const withoutExtension = 'unset ANYHANDLER_EXTENSION to run without it'

/**
 * The runtime as an extension of itself: without any, the platform ends a runtime by SIGKILL and no SIGTERM ever arrives.
 *
 * It subscribes to no events (`SHUTDOWN` is refused to internal extensions, and after an `INVOKE` each event would wait for it), and its
 * `/event/next`, which the platform waits for before it gives out events, stays open on a connection of its own.
 */
export class InternalExtension {
  readonly #wire: Wire

  private constructor(wire: Wire) {
    this.#wire = wire
  }

  /**
   * Before the first `/next`: later the platform takes no registration.
   * @param wire a connection of its own
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
    // Its answer would be an event, of which none was asked for. Whether it breaks after a freeze makes no difference to the platform any more.
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
