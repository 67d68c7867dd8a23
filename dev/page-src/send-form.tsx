import { useEffect, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import type { State } from '../src/page-api/state.ts'
import { sample, sampleNames } from './api.ts'
import { methods } from './draft.ts'
import type { Draft } from './draft.ts'
import { doors } from './words.ts'

export interface SendFormProps {
  readonly draft: Draft
  readonly state: State
  readonly problem: string | undefined
  onChange(draft: Draft): void
  onSend(): void
}

export function SendForm({ draft, state, problem, onChange, onSend }: SendFormProps): JSX.Element {
  const set = (fields: Partial<Draft>): void => onChange({ ...draft, ...fields })
  return (
    <form
      class="send"
      aria-label="Send"
      onSubmit={(event) => {
        event.preventDefault()
        onSend()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
        event.preventDefault()
        onSend()
      }}
    >
      <h2>Send</h2>
      <fieldset class="modes">
        <legend class="hidden">Kind</legend>
        {(['http', 'event'] as const).map((mode) => (
          <label key={mode}>
            <input type="radio" name="mode" checked={draft.mode === mode} onChange={() => set({ mode })} />
            {mode === 'http' ? 'HTTP request' : 'Event'}
          </label>
        ))}
      </fieldset>
      {draft.mode === 'http' ? (
        <RequestFields {...{ draft, state, set }} />
      ) : (
        <EventFields {...{ draft, state, set }} />
      )}
      {problem !== undefined && (
        <p class="error" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" class="main">
        Send
      </button>
    </form>
  )
}

interface FieldsProps {
  readonly draft: Draft
  readonly state: State
  set(fields: Partial<Draft>): void
}

function RequestFields({ draft, state, set }: FieldsProps): JSX.Element {
  return (
    <>
      <div class="row">
        <Choice
          label="Method"
          value={draft.method}
          onChoose={(method) => set({ method })}
          options={methods.map((one) => [one, one])}
        />
        <label class="wide">
          Path
          <input
            id="first-field"
            value={draft.target}
            onInput={({ currentTarget }) => set({ target: currentTarget.value })}
            spellcheck={false}
          />
        </label>
      </div>
      <div class="row">
        <Choice
          label="Function"
          value={draft.function}
          onChoose={(name) => set({ function: name })}
          options={[['', state.routes ? 'by the routes' : 'by the path'], ...namesOf(state)]}
        />
        <Choice
          label="Front door"
          value={draft.as || state.as}
          onChoose={(as) => set({ as })}
          options={Object.entries(doors)}
        />
      </div>
      <label>
        Headers
        <textarea
          rows={2}
          placeholder="content-type: application/json"
          value={draft.headers}
          onInput={({ currentTarget }) => set({ headers: currentTarget.value })}
          spellcheck={false}
        />
      </label>
      <label>
        Body
        <textarea
          rows={4}
          value={draft.body}
          onInput={({ currentTarget }) => set({ body: currentTarget.value })}
          spellcheck={false}
        />
      </label>
    </>
  )
}

function EventFields({ draft, state, set }: FieldsProps): JSX.Element {
  const [names, keep] = useState<readonly string[]>([])
  useEffect(() => {
    sampleNames().then(keep, () => keep([]))
  }, [])
  return (
    <>
      <div class="row">
        <Choice
          id="first-field"
          label="Function"
          value={draft.function}
          onChoose={(name) => set({ function: name })}
          options={[['', 'choose'], ...namesOf(state)]}
        />
        <Choice
          label="Invocation"
          value={draft.type}
          onChoose={(type) => set({ type: type as Draft['type'] })}
          options={[
            ['RequestResponse', 'wait for the answer'],
            ['Event', 'asynchronous, with retries'],
          ]}
        />
      </div>
      <Choice
        label="Start from a sample"
        value=""
        onChoose={(name) => void sample(name).then((event) => set({ event }))}
        options={[['', 'choose'], ...names.map((name) => [name, name] as const)]}
      />
      <label>
        Event
        <textarea
          rows={10}
          value={draft.event}
          onInput={({ currentTarget }) => set({ event: currentTarget.value })}
          spellcheck={false}
        />
      </label>
    </>
  )
}

function namesOf({ functions }: State): readonly (readonly [string, string])[] {
  return functions.map(({ name }) => [name, name])
}

interface ChoiceProps {
  readonly id?: string
  readonly label: string
  readonly value: string
  readonly options: readonly (readonly [value: string, text: string])[]
  onChoose(value: string): void
}

function Choice({ id, label, value, options, onChoose }: ChoiceProps): JSX.Element {
  return (
    <label>
      {label}
      <select
        {...(id !== undefined && { id })}
        value={value}
        onChange={({ currentTarget }) => onChoose(currentTarget.value)}
      >
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}
