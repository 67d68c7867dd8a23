import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { forgetAll } from './api.ts'
import { draftOf, emptyDraft, send, whyNotAgain } from './draft.ts'
import type { Draft } from './draft.ts'
import { FunctionsPanel } from './functions-panel.tsx'
import { InvocationList, matches } from './invocation-list.tsx'
import { InvocationView, useInvocation } from './invocation-view.tsx'
import { keyTexts, useKeys } from './keys.ts'
import { useLive } from './live.ts'
import { SendForm } from './send-form.tsx'
import { ThemeChoice } from './theme.tsx'
import { clock, doors } from './words.ts'

/** The address contains the open invocation, so that the browser's back button works. */
function useOpen(): string | undefined {
  const [id, keep] = useState(location.hash.slice(1))
  useEffect(() => {
    const changed = (): void => keep(location.hash.slice(1))
    addEventListener('hashchange', changed)
    return () => removeEventListener('hashchange', changed)
  }, [])
  return id || undefined
}

const show = (id = ''): void => void (location.hash = id)
const focus = (id: string): void => document.getElementById(id)?.focus()

export function App(): JSX.Element {
  const live = useLive()
  const open = useOpen()
  const [draft, change] = useState<Draft>(emptyDraft)
  const [problem, complain] = useState<string>()
  const [filter, setFilter] = useState('')
  const help = useRef<HTMLDialogElement>(null)
  const record = useInvocation(
    open,
    live.list.find(({ id }) => id === open),
    live.lines,
  )
  const { state } = live

  const submit = (what: Draft): void => {
    complain(undefined)
    send(what, state?.as ?? 'url').then(show, ({ message }: Error) => complain(message))
  }
  const again = (isEdited: boolean): void => {
    const reason = record && whyNotAgain(record)
    if (!record || reason !== undefined) return complain(reason)
    change(draftOf(record))
    if (isEdited) focus('first-field')
    else submit(draftOf(record))
  }
  const step = (by: number): void => {
    const rows = live.list.filter((one) => matches(one, filter))
    // If a key is held down, its events come before the page is drawn again.
    const at = rows.findIndex(({ id }) => id === location.hash.slice(1))
    show(rows[Math.min(Math.max(at + by, 0), rows.length - 1)]?.id)
  }
  const keys = useMemo(
    () => ({
      j: () => step(1),
      ArrowDown: () => step(1),
      k: () => step(-1),
      ArrowUp: () => step(-1),
      r: () => again(false),
      e: () => again(true),
      n: () => focus('first-field'),
      '/': () => focus('filter'),
      Escape: () => show(),
      '?': () => help.current?.showModal(),
    }),
    [live.list, open, filter, record, state],
  )
  useKeys(keys)

  return (
    <>
      <header class="top">
        <h1>{state?.name ?? 'anyhandler'}</h1>
        {state && (
          <p>
            <a href={state.address}>{state.address}</a> as {doors[state.as] ?? state.as}
          </p>
        )}
        <p role="status" class={live.isConnected ? 'good' : 'failed'}>
          {live.isConnected ? 'live' : 'not connected'}
          {live.reload && ` · ${live.reload.functions.join(', ')} reloaded ${clock(live.reload.at)}`}
        </p>
        <span class="tools">
          <button type="button" onClick={() => void forgetAll().catch(({ message }: Error) => complain(message))}>
            Clear
          </button>
          <button type="button" onClick={() => help.current?.showModal()}>
            Keys
          </button>
          <ThemeChoice />
        </span>
      </header>
      <main class={open === undefined ? '' : 'opened'}>
        {state && (
          <div class="left">
            <SendForm {...{ draft, state, problem }} onChange={change} onSend={() => submit(draft)} />
            <FunctionsPanel state={state} onChoose={(fields) => change({ ...draft, ...fields })} />
          </div>
        )}
        <InvocationList list={live.list} address={state?.address ?? ''} {...{ open, filter }} onFilter={setFilter} />
        {record ? (
          <InvocationView key={record.id} record={record} onAgain={() => again(false)} onEdit={() => again(true)} />
        ) : (
          <p class="view note">Choose an invocation to see its event, its answer, its log and where its time went.</p>
        )}
      </main>
      <dialog ref={help} aria-label="Keys">
        <h2>Keys</h2>
        <dl>
          {keyTexts.map(([key, text]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  )
}
