import { isMap, isNode, isPair, isSeq } from 'yaml'
import type { Document, LineCounter } from 'yaml'
import { UsageError } from '../../usage-error.ts'

/** A case file that can't be used: one sentence with file, line, key and cure. */
export class CaseFault extends UsageError {}

/** A parsed case file that knows the lines of its keys. */
export interface Placed {
  /** As sentences name it. */
  readonly label: string
  readonly document: Document
  readonly lines: LineCounter
}

type Path = readonly PropertyKey[]

export function faultAt({ label, document, lines }: Placed, path: Path, problem: string, cure: string): CaseFault {
  const line = lineOf(document, lines, path)
  return new CaseFault(`${label}:${line}: ${problem}; ${cure}`)
}

/** The line of a path's key, counted from 1; that of the nearest key above when there is none. */
export function lineOf(document: Document, lines: LineCounter, path: Path): number {
  let node: unknown = document.contents
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (one) => isPair(one) && isNode(one.key) && String((one.key as { value?: unknown }).value) === String(step),
      )
      if (!pair) break
      offset = (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      offset = (isNode(node) ? node.range?.[0] : undefined) ?? offset
    } else break
  }
  return lines.linePos(offset).line
}

/** `cases['a link leads on'].expect.status`. */
export function shownPath(path: Path): string {
  return path
    .map((key, index) => (/^\w+$/.test(String(key)) ? `${index === 0 ? '' : '.'}${String(key)}` : `['${String(key)}']`))
    .join('')
}
