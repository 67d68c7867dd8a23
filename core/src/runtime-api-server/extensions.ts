import { randomUUID } from 'node:crypto'
import { bytesOfBody, readBody } from './body.ts'
import type { Call } from './call.ts'
import { maxManagedError } from './refusals.ts'

/** An extension that has registered. */
export interface Extension {
  readonly id: string
  readonly name: string
  readonly events: readonly string[]
  /** Its `/event/next` waits: until then no event is delivered. */
  readonly ready: boolean
}

/**
 * The part of the Extensions API that an internal extension needs: register, and one `/event/next` that stays open. No
 * `INVOKE` events are sent.
 */
export class Extensions {
  readonly #byId = new Map<string, { -readonly [Key in keyof Extension]: Extension[Key] }>()
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  get all(): readonly Extension[] {
    return [...this.#byId.values()]
  }

  get ready(): boolean {
    for (const extension of this.#byId.values()) if (!extension.ready) return false
    return true
  }

  async register(call: Call, closed: boolean): Promise<void> {
    const body = bytesOfBody(await readBody(call.request, { limit: maxManagedError }))
    const name = call.request.headers['lambda-extension-name']
    const events = eventsOf(body)
    if (typeof name !== 'string' || name === '')
      return forbid(call, 'Extension.InvalidExtensionName', 'Empty extension name')
    if (!events) return forbid(call, 'InvalidRequestFormat', 'the body is not {"events":[…]}')
    if (events.includes('SHUTDOWN'))
      return forbid(call, 'Extension.InvalidEventType', 'SHUTDOWN: ShutdownEventNotSupportedForInternalExtension')
    if (events.some((event) => event !== 'INVOKE'))
      return forbid(call, 'Extension.InvalidEventType', `${events.join()}: InvalidEventType`)
    if (closed) return forbid(call, 'Extension.RegistrationClosed', 'Extension registration closed already')
    if (this.all.some((other) => other.name === name))
      return forbid(call, 'Extension.InvalidExtensionState', 'Extension with this name already registered')
    const id = randomUUID()
    this.#byId.set(id, { id, name, events, ready: false })
    const answer = { functionName: 'test_function', functionVersion: '$LATEST', handler: '' }
    call.reply(
      200,
      ['Content-Type', 'application/json', 'Lambda-Extension-Identifier', id],
      Buffer.from(JSON.stringify(answer)),
    )
  }

  next(call: Call): void {
    const id = call.request.headers['lambda-extension-identifier']
    const extension = typeof id === 'string' ? this.#byId.get(id) : undefined
    if (id === undefined)
      return forbid(call, 'Extension.MissingExtensionIdentifier', 'Missing Lambda-Extension-Identifier header')
    if (!extension) return forbid(call, 'Extension.UnknownExtensionIdentifier', `Unknown extension ${String(id)}`)
    extension.ready = true
    this.#changed()
  }

  clear(): void {
    this.#byId.clear()
  }
}

function forbid(call: Call, errorType: string, errorMessage: string): void {
  call.refuse({ status: 403, errorType, errorMessage })
}

function eventsOf(body: Buffer): readonly string[] | undefined {
  try {
    const { events = [] } = JSON.parse(body.toString()) as { events?: unknown }
    return Array.isArray(events) && events.every((event) => typeof event === 'string') ? events : undefined
  } catch {
    return undefined
  }
}
