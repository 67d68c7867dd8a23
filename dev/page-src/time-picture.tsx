import type { JSX } from 'preact'
import type { Timings } from '../src/records/record.ts'
import { span } from './words.ts'

const parts: readonly (readonly [key: keyof Timings, text: string])[] = [
  ['queue', 'waiting'],
  ['init', 'start of the instance'],
  ['language', 'start of the language'],
  ['handler', 'handler'],
  ['answer', 'sending the answer'],
]

/** Shows how an invocation's time was spent: a bar with a part for each step, and the figures below. */
export function TimePicture({ timings }: { readonly timings: Timings }): JSX.Element | null {
  const known = parts.flatMap(([key, text]) => {
    const ms = timings[key]
    return ms === undefined ? [] : [{ key, text, ms }]
  })
  const total = known.reduce((sum, { ms }) => sum + ms, 0)
  if (total === 0) return null
  let left = 0
  return (
    <figure class="time">
      <svg viewBox="0 0 1000 24" preserveAspectRatio="none" role="img" aria-label={`Where ${span(total)} went`}>
        {known.map(({ key, ms }) => {
          const x = left
          left += (ms / total) * 1000
          return <rect key={key} class={key} x={x} y="0" width={Math.max(left - x, 0)} height="24" />
        })}
      </svg>
      <figcaption>
        <ul>
          {known.map(({ key, text, ms }) => (
            <li key={key}>
              <span class={`swatch ${key}`} /> {text} <b>{span(ms)}</b>
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  )
}
