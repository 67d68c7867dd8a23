import { useEffect, useState } from 'preact/hooks'
import type { ComponentChildren, JSX } from 'preact'
import type { Header, InvocationRecord, Summary } from '../src/records/record.ts'
import { invocation } from './api.ts'
import { BodyView, Text } from './body-view.tsx'
import { outcomeOf } from './invocation-list.tsx'
import type { Live } from './live.ts'
import { SaveCase } from './save-case.tsx'
import { TimePicture } from './time-picture.tsx'
import { clock, doors, span } from './words.ts'

/** The whole invocation. The page requests it again when its summary changes, and adds log lines when they come. */
export function useInvocation(
  id: string | undefined,
  summary: Summary | undefined,
  lines: Live['lines'],
): InvocationRecord | undefined {
  const [record, keep] = useState<InvocationRecord>()
  useEffect(() => {
    let isWanted = id !== undefined
    if (id === undefined) keep(undefined)
    else
      invocation(id).then(
        (one) => isWanted && keep(one),
        () => isWanted && keep(undefined),
      )
    return () => void (isWanted = false)
  }, [id, summary])
  useEffect(() => {
    if (!lines || lines.id !== id) return
    keep((one) => {
      const last = one?.log.at(-1)?.at ?? 0
      // The record may have come after its lines.
      const fresh = lines.lines.filter(
        ({ at, text }) => at > last || !one?.log.some((known) => known.at === at && known.text === text),
      )
      return one && { ...one, log: [...one.log, ...fresh] }
    })
  }, [lines])
  return record?.id === id ? record : undefined
}

export interface InvocationViewProps {
  readonly record: InvocationRecord
  onAgain(): void
  onEdit(): void
}

export function InvocationView({ record, onAgain, onEdit }: InvocationViewProps): JSX.Element {
  const { answer, event, request, outcome, judged, tries } = record
  return (
    <article class="view" aria-label={`Invocation ${record.title}`}>
      <header>
        <a class="back" href="#">
          ← All invocations
        </a>
        <h2>{record.title}</h2>
        <p>
          <strong class={record.ok === false ? 'failed' : 'good'}>{outcomeOf(record)}</strong>
          {record.totalMs !== undefined && ` in ${span(record.totalMs)}`} · <code>{record.function}</code> ·{' '}
          {clock(record.receivedAt)}
          {record.memory !== undefined && ` · ${record.memory.toFixed(0)} MiB`}
          {record.instance !== undefined && ` · instance ${record.instance}${record.cold ? ', started for it' : ''}`}
        </p>
        <p class="note">{record.id}</p>
        <p class="actions">
          <button type="button" onClick={onAgain}>
            Send again
          </button>
          <button type="button" onClick={onEdit}>
            Edit and send
          </button>
          {record.status === 'done' && <SaveCase id={record.id} />}
        </p>
      </header>
      {judged.length > 0 && (
        <ul class="findings" aria-label="Findings">
          {judged.map(({ severity, message }) => (
            <li key={message} class={severity}>
              <b>{severity}:</b> {message}
            </li>
          ))}
        </ul>
      )}
      <TimePicture timings={record.timings} />
      {answer && (
        <Part title={`Answer, as the client saw it: ${answer.status}`} isOpen>
          <Headers headers={answer.headers} />
          <BodyView body={answer.body} headers={answer.headers} />
        </Part>
      )}
      <Part title={`Log, ${record.log.length} lines`} isOpen>
        {record.log.length === 0 ? (
          <p class="note">nothing was written</p>
        ) : (
          <pre class="log" tabIndex={0} role="log" aria-label="Log">
            {record.log.map(({ at, text, stream }, index) => (
              <span key={index} class={stream}>
                <time>{clock(at)}</time> {text}
                {'\n'}
              </span>
            ))}
          </pre>
        )}
      </Part>
      {outcome && (
        <Part title={`What the function gave back: ${outcome.errorType ?? outcome.kind}`} isOpen={!answer}>
          <BodyView body={outcome.body} />
        </Part>
      )}
      <Part title="Event, as the handler got it" isOpen={!answer}>
        <BodyView body={event} />
      </Part>
      {request && (
        <Part title={`Request: ${request.method} ${request.target} (${doors[request.as] ?? request.as})`}>
          <Headers headers={request.headers} />
          <BodyView body={request.body} />
        </Part>
      )}
      {tries.length > 1 && (
        <Part title={`${tries.length} tries`} isOpen>
          <ol class="tries">
            {tries.map((one) => (
              <li key={one.at}>
                {clock(one.at)}
                {one.ms !== undefined && `, ${span(one.ms)}`}:{' '}
                {one.errorType ? `${one.errorType}: ${one.message}` : 'succeeded'}
              </li>
            ))}
          </ol>
        </Part>
      )}
    </article>
  )
}

function Part({
  title,
  isOpen = false,
  children,
}: {
  readonly title: string
  readonly isOpen?: boolean
  readonly children: ComponentChildren
}): JSX.Element {
  return (
    <details open={isOpen}>
      <summary>{title}</summary>
      {children}
    </details>
  )
}

function Headers({ headers }: { readonly headers: readonly Header[] }): JSX.Element | null {
  return headers.length === 0 ? null : (
    <Text label="headers" text={headers.map(([name, value]) => `${name}: ${value}`).join('\n')} />
  )
}
