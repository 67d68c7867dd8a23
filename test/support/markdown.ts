/** A line of prose, without the mark of a list in front. */
export interface Prose {
  /** Counted from 1. */
  readonly line: number
  readonly text: string
}

export interface Page {
  readonly prose: readonly Prose[]
  /** The cells of tables. */
  readonly cells: readonly Prose[]
}

const skipped = /^(?:\s*$|#|<|>|---|!\[|\[[^\]]+\]: )/
const listMark = /^\s*(?:[-*]|\d+\.)\s+/

/** The prose of a page: no code, no headings, no quotes. */
export function readPage(text: string): Page {
  const prose: Prose[] = []
  const cells: Prose[] = []
  let isCode = false
  for (const [index, raw] of text.split('\n').entries()) {
    if (/^\s*(?:```|~~~)/.test(raw)) isCode = !isCode
    else if (isCode || skipped.test(raw) || /^ {4}(?!\s*(?:[-*]|\d+\.) )/.test(raw)) continue
    else if (raw.startsWith('|')) cells.push(...cellsOf(raw).map((cell) => ({ line: index + 1, text: cell })))
    else prose.push({ line: index + 1, text: raw.replace(listMark, '').trim() })
  }
  return { prose, cells }
}

function cellsOf(row: string): readonly string[] {
  return row
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
    .filter((cell) => !/^:?-+:?$/.test(cell))
}

/** What holds a full stop without ending a sentence: code, links, abbreviations. */
const kept = /`[^`]*`|\[[^\]]*\]\([^)]*\)|\b(?:e\.g|i\.e|etc|vs|cf)\.|\.\.\./g

/** A text's sentences. A full stop ends one where white space and a capital, a digit, code or a bracket follow. */
export function sentencesOf(text: string): readonly string[] {
  const spans: string[] = []
  const bare = text.replace(kept, (span) => {
    spans.push(span)
    return `\u0001${spans.length - 1}\u0002`
  })
  return bare
    .split(/(?<=[.!?]['")*]*)\s+(?=[A-Z0-9\u0001"'(*[])/)
    .map((part) => part.replace(/\u0001(\d+)\u0002/g, (_, index) => spans[Number(index)] ?? ''))
}

/** Words, code and links included as one each. */
export function wordsOf(text: string): number {
  return text
    .replace(/`[^`]*`|\[[^\]]*\]\([^)]*\)/g, 'x')
    .split(/\s+/)
    .filter((word) => /\w/.test(word)).length
}
