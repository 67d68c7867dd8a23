import type { JSX } from 'preact'
import type { Summary } from '../src/records/record.ts'
import { clock, span, statusWords } from './words.ts'

export interface InvocationListProps {
  readonly list: readonly Summary[]
  readonly open: string | undefined
  readonly filter: string
  readonly address: string
  onFilter(text: string): void
}

export function matches(
  { title, function: name, errorType = '', httpStatus = 0, id }: Summary,
  filter: string,
): boolean {
  return `${title} ${name} ${errorType} ${httpStatus} ${id}`.toLowerCase().includes(filter.toLowerCase())
}

/** Newest first; each is a link to its own address. */
export function InvocationList({ list, open, filter, address, onFilter }: InvocationListProps): JSX.Element {
  const rows = list.filter((one) => matches(one, filter))
  return (
    <section class="list" aria-label="Invocations">
      <h2>Invocations</h2>
      <label>
        <span class="hidden">Filter</span>
        <input
          id="filter"
          type="search"
          placeholder="Filter by path, function, status, error"
          value={filter}
          onInput={({ currentTarget }) => onFilter(currentTarget.value)}
        />
      </label>
      {rows.length === 0 && (
        <p class="note">
          {filter ? 'Nothing fits the filter.' : 'Nothing has come yet. Send an event by the form, or a request to '}
          {!filter && <code>{address}</code>}
        </p>
      )}
      <ol>
        {rows.map((one) => (
          <li key={one.id}>
            <a href={`#${one.id}`} aria-current={one.id === open ? 'true' : undefined}>
              <span class={`mark ${markOf(one)}`} aria-hidden="true" />
              <span class="title">{one.title}</span>
              <span class="outcome">{outcomeOf(one)}</span>
              <span class="about">
                {clock(one.receivedAt)} · {one.function}
                {one.totalMs !== undefined && ` · ${span(one.totalMs)}`}
                {one.cold && ' · cold'}
                {one.attempts > 1 && ` · ${one.attempts} tries`}
                {one.findings > 0 && ` · ${one.findings} ${one.findings === 1 ? 'finding' : 'findings'}`}
              </span>
            </a>
          </li>
        ))}
      </ol>
    </section>
  )
}

function markOf({ status, ok }: Summary): string {
  if (status !== 'done') return 'busy'
  return ok === false ? 'failed' : 'good'
}

export function outcomeOf({ status, httpStatus, errorType, ok }: Summary): string {
  if (status !== 'done') return statusWords[status]
  const words = [httpStatus === undefined ? undefined : String(httpStatus), errorType].filter(
    (word) => word !== undefined,
  )
  return words.join(' ') || (ok === false ? 'failed' : 'ok')
}
