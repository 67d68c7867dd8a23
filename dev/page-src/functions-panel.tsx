import type { JSX } from 'preact'
import type { State } from '../src/page-api/state.ts'
import type { Draft } from './draft.ts'

/** The functions that the server has. A click fills the form. */
export function FunctionsPanel({
  state,
  onChoose,
}: {
  readonly state: State
  onChoose(draft: Partial<Draft>): void
}): JSX.Element {
  const { functions, routes, configError } = state
  return (
    <section class="functions" aria-label="Functions">
      {configError !== undefined && (
        <p class="error" role="alert">
          {configError}
        </p>
      )}
      <h2>Functions</h2>
      <ul>
        {functions.map((one) => (
          <li key={one.name}>
            <button type="button" onClick={() => onChoose({ mode: 'event', function: one.name })}>
              <span
                class={`mark ${one.state === 'broken' ? 'failed' : one.state === 'ready' ? 'good' : 'idle'}`}
                aria-hidden="true"
              />
              <b>{one.name}</b>
              <span class="about">
                {one.file ?? one.language} · {one.instances > 0 ? `${one.instances} warm` : one.state}
                {one.queued > 0 && ` · ${one.queued} wait`}
              </span>
            </button>
            {one.error && (
              <p class="error">
                <b>{one.error.errorType}</b>: {one.error.message}
              </p>
            )}
          </li>
        ))}
      </ul>
      {routes && routes.length > 0 && (
        <>
          <h2>Routes</h2>
          <ul>
            {routes.map(({ route, run }) => (
              <li key={route}>
                <button type="button" onClick={() => onChoose(draftOfRoute(route))}>
                  <b>{route}</b>
                  <span class="about">→ {run}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

function draftOfRoute(route: string): Partial<Draft> {
  const [method = 'GET', target = '/'] = route.split(' ')
  return { mode: 'http', function: '', method: method === 'ANY' ? 'GET' : method, target }
}
