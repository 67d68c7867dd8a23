import type { Frame } from '../protocol/frames.ts'
import type { DriverMessage } from '../protocol/messages.ts'
import type { ChildEvent } from './child-event.ts'
import type { ChildStart } from './child-start.ts'

/**
 * The states of a child lane. `ChildLane` changes the state in one place, and `ANYHANDLER_TRACE=lane` shows each
 * change.
 */
export type ChildState =
  /** The process runs; the lane waits for `ready`, then for `loaded` or `failed`. */
  | { readonly name: 'starting'; readonly start: ChildStart }
  /** No event runs: the next event may come. */
  | { readonly name: 'idle' }
  /** The driver runs an event or a hook; the lane waits for `done` or `failed`. */
  | { readonly name: 'busy'; readonly event: ChildEvent }
  /** Answered, or about to be, but its process is still ending; output that arrives now belongs to it. */
  | { readonly name: 'settling'; readonly event: ChildEvent }
  /** The worker has ended, or can't be used any more. */
  | { readonly name: 'gone'; readonly reason: Error }

/** The frames that a driver may send in each state; `idle` only if its `ready` announced it. */
const expected: Readonly<Record<ChildState['name'], readonly DriverMessage['kind'][]>> = {
  starting: ['ready', 'loaded', 'failed', 'unknown', 'cause'],
  idle: [],
  busy: ['head', 'chunk', 'cause', 'ask', 'last', 'done', 'failed', 'idle'],
  settling: ['idle'],
  gone: [],
}

/** True if a frame of this kind fits the state and belongs to the running event. */
export function isExpected(state: ChildState, { kind, event }: Frame): boolean {
  if (!isOwnNumber(state, event)) return false
  if (state.name === 'starting' && (kind === 'ready' || kind === 'loaded')) return kind === state.start.awaits
  return (expected[state.name] as readonly string[]).includes(kind)
}

/** In a series each record has its own number. */
function isOwnNumber(state: ChildState, number: number | undefined): boolean {
  if (number === numberOf(state)) return true
  return state.name === 'busy' && number! > state.event.number && number! <= state.event.lastNumber
}

/** The number of the running event. */
export function numberOf(state: ChildState): number | undefined {
  return state.name === 'busy' || state.name === 'settling' ? state.event.number : undefined
}

/** For errors and traces: `starting, awaiting 'ready'`. */
export function describeState(state: ChildState): string {
  switch (state.name) {
    case 'starting':
      return `starting, awaiting '${state.start.awaits}'`
    case 'busy':
      return `busy with event ${state.event.number}, awaiting 'done' or 'failed'`
    case 'settling':
      return `settling, waiting until nothing of event ${state.event.number} is left`
    case 'gone':
      return `gone: ${state.reason.message}`
    default:
      return state.name
  }
}
