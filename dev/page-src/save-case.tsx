import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { saveCase } from './api.ts'

/** Makes a test case of an invocation, and shows its file and name. */
export function SaveCase({ id }: { readonly id: string }): JSX.Element {
  const [said, say] = useState<{ readonly text: string; readonly isError: boolean }>()
  const save = (): void => {
    saveCase(id).then(
      ({ file, name }) => say({ text: `Saved in ${file}: ${name}`, isError: false }),
      ({ message }: Error) => say({ text: message, isError: true }),
    )
  }
  return (
    <>
      <button type="button" onClick={save}>
        Save as a case
      </button>
      {said && (
        <span role="status" class={said.isError ? 'error' : 'note'}>
          {said.text}
        </span>
      )}
    </>
  )
}
