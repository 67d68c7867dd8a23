import { LaneBrokenError } from '../../lane/lane.ts'
import { isPlainObject } from '../../plain-object.ts'
import { described, listed } from '../../wording.ts'

/** The content of a driver's `ready` frame: docs/child-languages.md. */
export interface Ready {
  readonly protocol: number
  /** The driver's own process id, if a wrapper runs between host and driver. */
  readonly pid?: number
  /**
   * Two pipes that replace the control descriptors after `load`. The first is the driver's end of the pipe that it
   * reads, the second is either end of the pipe that it writes.
   */
  readonly control?: readonly [number, number]
  /** If an output has several pipes, the events use them in turn, and the driver holds no write end of them. */
  readonly outputs?: Readonly<Record<string, number | readonly number[]>>
  /**
   * Descriptor of a pipe's read end. Each event has a new pipe at it, made before the last event's `idle` (or `done`).
   */
  readonly stdin?: number
  readonly frameLimit?: number
  /** An event over `frameLimit` gets its file as standard input, and the host writes nothing to the pipe. */
  readonly stdinFile?: boolean
  /** If there are several, the events use them in turn. */
  readonly leash?: number | readonly number[]
  /** True if it answers `hook` frames. */
  readonly hooks?: boolean
  /** Descriptor of a pipe's read end, to which the event's own process writes reports, in lines. */
  readonly reports?: number
  /** True if it sends `idle` after the answer, when nothing of the event is left. */
  readonly idle?: boolean
  /**
   * Descriptor of a pipe's read end, out of which it claims each record of a series. Without it, it takes no series.
   */
  readonly claims?: number
  /** True if it takes an event as `task` or `file`, and only the environment of its context. */
  readonly environment?: boolean
}

/** Since version 2, messages of an event have its number. */
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
  claims: descriptor,
  environment: flag,
}

/** A series has one event's worth of them. */
const excludedByClaims = ['stdin', 'frameLimit', 'leash', 'reports', 'idle', 'environment'] as const

/** @throws LaneBrokenError for another protocol version, and for an invalid value */
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
    const cure = 'install matching versions of the plugin and of @anyhandler/core'
    throw new LaneBrokenError(`the driver speaks protocol ${described(ready.protocol)}, this host ${protocol}; ${cure}`)
  }
  for (const [key, [must, isRight]] of Object.entries(rules)) {
    const value = ready[key]
    if (value !== undefined && !isRight(value)) {
      throw new LaneBrokenError(`the driver's 'ready' frame has ${described(value)} as ${key}; it must be ${must}`)
    }
  }
  const excluded = excludedByClaims.find((key) => ready['claims'] !== undefined && ready[key] !== undefined)
  if (excluded)
    throw new LaneBrokenError(`the driver's 'ready' frame has 'claims' and '${excluded}'; it must be one of the two`)
  return ready as unknown as Ready
}

/**
 * Checks that a driver's outputs are those that its plugin knows.
 * @throws LaneBrokenError that names missing or unknown outputs
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
