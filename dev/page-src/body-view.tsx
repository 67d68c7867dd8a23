import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import type { Body, Header } from '../src/records/record.ts'
import { size } from './words.ts'

/** Longer JSON is not indented, because that would block the page. */
const mostToIndent = 200_000

export function BodyView({
  body,
  headers = [],
}: {
  readonly body: Body
  readonly headers?: readonly Header[]
}): JSX.Element {
  const [isPage, showPage] = useState(false)
  const isHtml = headers.some(([name, value]) => /^content-type$/i.test(name) && /html/i.test(value))
  const note = `${size(body.size)}${body.truncated ? ', only the beginning is kept' : ''}`
  if (body.size === 0) return <p class="note">empty</p>
  if (body.text === undefined)
    return (
      <>
        <p class="note">{note}, not UTF-8; in base64:</p>
        <Text text={body.base64 ?? ''} />
      </>
    )
  return (
    <>
      <p class="note">
        {note}
        {isHtml && (
          <button type="button" onClick={() => showPage(!isPage)}>
            {isPage ? 'Show the text' : 'Show the page'}
          </button>
        )}
      </p>
      {/* Without a right: no script, no form, no access to this page. */}
      {isPage ? <iframe title="The answer as a page" sandbox="" srcdoc={body.text} /> : <Text text={indented(body)} />}
    </>
  )
}

/** Long text scrolls; the keyboard reaches it. */
export function Text({ text, label = 'text' }: { readonly text: string; readonly label?: string }): JSX.Element {
  return (
    <pre tabIndex={0} role="region" aria-label={label}>
      {text}
    </pre>
  )
}

function indented({ text = '', truncated }: Body): string {
  if (truncated || text.length > mostToIndent || !/^\s*[[{]/.test(text)) return text
  try {
    const value: unknown = JSON.parse(text)
    const again = JSON.stringify(value, undefined, 2)
    // Indenting would lose digits of a number that JavaScript rounds, and all but one of the values of a repeated key.
    // Such a text is shown unchanged.
    return withoutSpace(again) === withoutSpace(text) ? again : text
  } catch {
    return text
  }
}

function withoutSpace(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (part) => (part.startsWith('"') ? part : ''))
}
