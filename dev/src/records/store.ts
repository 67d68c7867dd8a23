import { Invocation } from './invocation.ts'
import type { InvocationStart } from './invocation.ts'
import type { LogLine } from './record.ts'

/** A listener for changes. It is called synchronously; its exceptions are ignored. */
export interface Listener {
  /** An invocation is new, or something of it has changed. */
  changed?(invocation: Invocation): void
  /** A line was written: during an invocation, or beside all of them by an instance of the function. */
  logged?(line: LogLine, of: { readonly invocation?: Invocation; readonly function: string }): void
  /** Number of dropped invocations. */
  gone?(ids: readonly string[]): void
}

/** The last invocations, in the order in which they came: at most so many, and so many bytes. */
const mostInvocations = 500
const mostBytes = 64 * 1024 * 1024
/** Finally failed events stay longer than later invocations. */
const mostFailures = 50
/** A look at all of them costs some 50 µs. */
const trimEvery = 50

export class Store {
  readonly #invocations = new Map<string, Invocation>()
  readonly #listeners = new Set<Listener>()
  #count = 0
  #ended = 0

  /** @returns ends the subscription */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  open(start: Omit<InvocationStart, 'seq'>): Invocation {
    const invocation = new Invocation({ ...start, seq: ++this.#count }, (changed) => this.#tell(changed))
    this.#invocations.set(invocation.id, invocation)
    this.#tell(invocation)
    return invocation
  }

  get(id: string): Invocation | undefined {
    return this.#invocations.get(id)
  }

  /** Newest first. */
  list(limit: number, before = Number.POSITIVE_INFINITY): readonly Invocation[] {
    return [...this.#invocations.values()]
      .filter(({ start }) => start.seq < before)
      .slice(-limit)
      .toReversed()
  }

  /** A line that an instance of the function has written. */
  log(line: LogLine, of: { readonly invocation?: Invocation; readonly function: string }): void {
    of.invocation?.addLine(line)
    for (const listener of this.#listeners) listener.logged?.(line, of)
  }

  /** Forgets all that have ended. */
  clear(): void {
    this.#forget([...this.#invocations.values()].filter(({ isDone }) => isDone))
  }

  #tell(invocation: Invocation): void {
    for (const listener of this.#listeners) listener.changed?.(invocation)
    if (invocation.isDone && ++this.#ended % trimEvery === 0) this.#trim()
  }

  #trim(): void {
    const all = [...this.#invocations.values()]
    const failures = all.filter(({ start, ok }) => start.type === 'Event' && ok === false).slice(-mostFailures)
    let bytes = 0
    let count = 0
    const old = all.toReversed().filter((invocation) => {
      count++
      bytes += invocation.size
      return (count > mostInvocations || bytes > mostBytes) && invocation.isDone && !failures.includes(invocation)
    })
    this.#forget(old)
  }

  #forget(old: readonly Invocation[]): void {
    if (old.length === 0) return
    for (const { id } of old) this.#invocations.delete(id)
    for (const listener of this.#listeners) listener.gone?.(old.map(({ id }) => id))
  }
}
