import { LaneBrokenError } from '../../lane/lane.ts'
import { isPlainObject } from '../../plain-object.ts'
import { described, listed } from '../../wording.ts'

/** What a driver says in its `ready` frame: docs/child-languages.md. */
export interface Ready {
  readonly protocol: number
  /** The driver's own process, when a wrapper stands between. */
  readonly pid?: number
  /** Two pipes that take the place of the control descriptors after `load`: the driver's end of the one to it, and any end of the one from it. */
  readonly control?: readonly [number, number]
  /** With several pipes for one, events take them in turn, and the driver holds no write end of them. */
  readonly outputs?: Readonly<Record<string, number | readonly number[]>>
  /** Of a pipe's read end; there is a new pipe behind it for each event, made before the last one's `idle` (or `done`). */
  readonly stdin?: number
  readonly frameLimit?: number
  /** A file with an event over `frameLimit` becomes its standard input, into which the host then writes nothing. */
  readonly stdinFile?: boolean
  /** With several, events take them in turn. */
  readonly leash?: number | readonly number[]
  /** It answers `hook` frames. */
  readonly hooks?: boolean
  /** The read end of a pipe on which the event's own process reports, in lines. */
  readonly reports?: number
  /** After the answer it says `idle` when nothing of the event is left. */
  readonly idle?: boolean
  /** It takes an event as `task` or `file`, and of its context the environment alone. */
  readonly environment?: boolean
}

/** 2: what belongs to an event carries its number. */
export const protocol = 2

type Rule = readonly [must: string, check: (value: unknown) => boolean]
const descriptor: Rule = ['the number of a descriptor', isDescriptor]
const flag: Rule = ['true or false', (value) => typeof value === 'boolean']

const rules: Readonly<Record<Exclude<keyof Ready, 'protocol'>, Rule>> = {
  pid: ['a process id', (value) => Number.isInteger(value) && (value as number) > 0],
  control: ['two descriptors', (value) => Array.isArray(value) && value.length === 2 && value.every(isDescriptor)],
  outputs: [
    'an object of descriptors, or of lists of them',
    (value) => isPlainObject(value) && Object.values(value).every(isDescriptors),
  ],
  stdin: descriptor,
  frameLimit: ['a number of bytes', (value) => Number.isInteger(value) && (value as number) >= 0],
  stdinFile: flag,
  leash: ['a descriptor or a list of them', isDescriptors],
  hooks: flag,
  reports: descriptor,
  idle: flag,
  environment: flag,
}

/** @throws LaneBrokenError for another protocol than ours, and for a value that a key can't have */
export function readReady(payload: Buffer): Ready {
  let ready: unknown
  try {
    ready = JSON.parse(payload.toString())
  } catch (error) {
    throw new LaneBrokenError(`the driver's 'ready' frame is not JSON: ${String(error)}`)
  }
  if (!isPlainObject(ready))
    throw new LaneBrokenError(`the driver's 'ready' frame is ${described(ready)}; it must be an object`)
  if (ready.protocol !== protocol) {
    const cure = 'install the versions of the plugin and of @anyhandler/core that belong together'
    throw new LaneBrokenError(`the driver speaks protocol ${described(ready.protocol)}, this host ${protocol}; ${cure}`)
  }
  for (const [key, [must, isRight]] of Object.entries(rules)) {
    const value = ready[key]
    if (value !== undefined && !isRight(value)) {
      throw new LaneBrokenError(`the driver's 'ready' frame has ${described(value)} as ${key}; it must be ${must}`)
    }
  }
  return ready as unknown as Ready
}

/**
 * Whether a driver's outputs are those that its plugin knows.
 * @throws LaneBrokenError that names those that are missing or unknown
 */
export function checkOutputs({ outputs = {} }: Ready, known: readonly string[]): void {
  const named = Object.keys(outputs)
  const unknown = named.filter((name) => !known.includes(name))
  const missing = known.filter((name) => !named.includes(name))
  if (unknown.length > 0) {
    throw new LaneBrokenError(
      `the driver's 'ready' frame has the outputs ${listed(unknown)}; the plugin knows ${listed(known) || 'none'}`,
    )
  }
  if (missing.length > 0) throw new LaneBrokenError(`the driver's 'ready' frame lacks the outputs ${listed(missing)}`)
}

function isDescriptors(value: unknown): boolean {
  const all: readonly unknown[] = [value].flat()
  return all.length > 0 && all.every(isDescriptor)
}

function isDescriptor(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0
}
