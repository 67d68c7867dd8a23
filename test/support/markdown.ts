/** A line of prose, without the mark of a list in front. */
export interface Prose {
  /** Counted from 1. */
  readonly line: number
  readonly text: string
}

export interface Page {
  readonly prose: readonly Prose[]
  /** Lines of prose whose sentence goes on in the next line. */
  readonly broken: readonly Prose[]
  /** The cells of tables; a cell that lists names gives one for each name. */
  readonly cells: readonly Prose[]
}

/** Marks of figures, which a reader doesn't see. */
const comment = /<!-- .*? -->/g
const skipped = /^(?:\s*$|#|<|>|---|!\[|\[[^\]]+\]: )/
const listMark = /^\s*(?:[-*]|\d+\.)\s+/
/** What ends a sentence, with closing marks behind. */
const sentenceEnd = /[.!?…][\])'"*_`]*$/

/** The prose of a page: no code, no headings, no quotes. */
export function readPage(text: string): Page {
  const prose: Prose[] = []
  const broken: Prose[] = []
  const cells: Prose[] = []
  let isCode = false
  /** The line above, if this one can go on with it. */
  let above: Prose | undefined
  for (const [index, raw] of text.replaceAll(comment, '').split('\n').entries()) {
    const previous = above
    above = undefined
    if (/^\s*(?:```|~~~)/.test(raw)) isCode = !isCode
    else if (isCode || skipped.test(raw) || isIndentedCode(raw, previous)) continue
    else if (/^\s*\|/.test(raw)) cells.push(...cellsOf(raw).map((cell) => ({ line: index + 1, text: cell })))
    else {
      if (previous && !listMark.test(raw) && !sentenceEnd.test(previous.text)) broken.push(previous)
      above = { line: index + 1, text: raw.replace(listMark, '').trim() }
      prose.push(above)
    }
  }
  return { prose, broken, cells }
}

/** Four spaces are code, but for an item of a list and for what goes on in the line above. */
function isIndentedCode(raw: string, previous: Prose | undefined): boolean {
  return /^ {4}/.test(raw) && !listMark.test(raw) && previous === undefined
}

/** `A · B` lists names; `<br>**file** C` begins the list of the next file. */
const nextName = / · |<br>(?=\*\*)/

function cellsOf(row: string): readonly string[] {
  return row
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .flatMap((cell) => cell.split(nextName))
    .map((cell) => cell.replaceAll('<br>', ' ').trim())
    .filter((cell) => !/^:?-+:?$/.test(cell))
}

/** What holds a full stop without ending a sentence: code, links, abbreviations. */
const kept = /`[^`]*`|\[[^\]]*\]\([^)]*\)|\b(?:e\.g|i\.e|etc|vs|cf)\.|\.\.\./g

/** A text's sentences. A full stop ends one where white space follows. */
export function sentencesOf(text: string): readonly string[] {
  const spans: string[] = []
  const bare = text.replace(kept, (span) => {
    spans.push(span)
    return `\u0001${spans.length - 1}\u0002`
  })
  return bare
    .split(/(?<=[.!?]['")*]*)\s+(?=\S)/)
    .map((part) => part.replace(/\u0001(\d+)\u0002/g, (_, index) => spans[Number(index)] ?? ''))
}

/** Words, code and links included as one each. */
export function wordsOf(text: string): number {
  return text
    .replace(/`[^`]*`|\[[^\]]*\]\([^)]*\)/g, 'x')
    .split(/\s+/)
    .filter((word) => /\w/.test(word)).length
}
