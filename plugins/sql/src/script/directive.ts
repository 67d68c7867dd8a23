import { tokenAt } from './tokens.ts'

/** The form of the answer, from the file's first comments. */
export interface Directive {
  /**
   * `auto`: no row → null, one → an object, more → an array. `rows`: always an array. `row`: the first row or null.
   * `value`: the first row's only column. `body`: the same as raw bytes.
   */
  readonly shape: 'auto' | 'rows' | 'row' | 'value' | 'body'
  /** The content type of a raw body, if the file sets one. */
  readonly contentType?: string
  /** Columns whose text is JSON and goes into the answer as such. */
  readonly json: ReadonlySet<string>
}

const shapes = new Set(['rows', 'row', 'value', 'body'])

/** `media-type` of RFC 9110, 8.3.1: `text/html; charset=utf-8`. Without `obs-text`, which programs read differently. */
const token = "[\\w!#$%&'*+.^`|~-]+"
const quoted = String.raw`"(?:[\t \x21\x23-\x5B\x5D-\x7E]|\\[\t\x20-\x7E])*"`
const mediaType = new RegExp(String.raw`^${token}/${token}(?:[ \t]*;[ \t]*(?:${token}=(?:${token}|${quoted}))?)*$`)

/** The error for an invalid directive. */
export class DirectiveError extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/**
 * Reads `answer: …` and `json: …` from the comments before the first statement.
 * @throws DirectiveError for an unknown or repeated shape.
 */
export function readDirective(source: string): Directive {
  let shape: Directive['shape'] = 'auto'
  let contentType: string | undefined
  const json = new Set<string>()
  for (let at = 0; at < source.length;) {
    const token = tokenAt(source, at)
    if (token.kind !== 'space') break
    at = token.end
    const comment = source.slice(token.start, token.end)
    for (const { groups, index } of comment.matchAll(
      /^[-/* \t]*\b(?<key>answer|json)[ \t]*:[ \t]*(?<value>.*?)[ \t]*(?:\*\/)?\r?$/gim,
    )) {
      const { key = '', value = '' } = groups ?? {}
      if (key.toLowerCase() === 'json') {
        for (const column of value.split(',')) json.add(column.trim())
        continue
      }
      const { word = '', type } = /^(?<word>\S*)(?:[ \t]+(?<type>.+))?$/.exec(value)?.groups ?? {}
      if (!shapes.has(word) || (type !== undefined && (word !== 'body' || !mediaType.test(type)))) {
        throw new DirectiveError(
          `'answer: ${value}' is unknown; write rows, row, value, body or body TYPE, such as body text/html; charset=utf-8`,
          token.start + index,
        )
      }
      if (shape !== 'auto')
        throw new DirectiveError(`the answer has two directives: '${shape}' and '${word}'`, token.start + index)
      shape = word as Directive['shape']
      contentType = type
    }
  }
  json.delete('')
  return { shape, json, ...(contentType !== undefined && { contentType }) }
}
