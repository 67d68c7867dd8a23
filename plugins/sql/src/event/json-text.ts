import type { Step } from './path.ts'

/**
 * The source text of the value at a path: its digits, spelling and order of keys, which a parsed document has lost. The
 * text must be valid JSON and contain the path. If a key is repeated, the last one counts, as for `JSON.parse`.
 */
export function textAt(json: string, steps: readonly Step[]): string {
  let start = skipBlank(json, 0)
  for (const step of steps)
    start = json[start] === '[' ? elementAt(json, start, step) : memberAt(json, start, step.key as string)
  return json.slice(start, endOfValue(json, start))
}

function memberAt(json: string, start: number, key: string): number {
  let found = -1
  for (let at = skipBlank(json, start + 1); json[at] === '"';) {
    const keyEnd = endOfString(json, at)
    const raw = json.slice(at + 1, keyEnd - 1)
    const value = skipBlank(json, skipBlank(json, keyEnd) + 1)
    if (raw === key || (raw.includes('\\') && JSON.parse(`"${raw}"`) === key)) found = value
    at = next(json, value)
  }
  return found
}

function elementAt(json: string, start: number, step: Step): number {
  const starts: number[] = []
  for (let at = skipBlank(json, start + 1); json[at] !== ']'; at = next(json, at)) {
    starts.push(at)
    if (starts.length - 1 === step.index) return at
    if (json[skipBlank(json, endOfValue(json, at))] === ']') break
  }
  return starts[starts.length - (step.fromEnd ?? 0)] as number
}

/** The position of the next member or element, or of the closing bracket. */
function next(json: string, value: number): number {
  const end = skipBlank(json, endOfValue(json, value))
  return json[end] === ',' ? skipBlank(json, end + 1) : end
}

function endOfValue(json: string, start: number): number {
  const first = json[start]
  if (first === '"') return endOfString(json, start)
  if (first !== '{' && first !== '[') {
    const end = /[,\]}\s]/g
    end.lastIndex = start
    return end.exec(json)?.index ?? json.length
  }
  const mark = /["[\]{}]/g
  mark.lastIndex = start
  for (let depth = 0; ;) {
    const found = mark.exec(json) as RegExpExecArray
    const character = found[0]
    if (character === '"') mark.lastIndex = endOfString(json, found.index)
    else if (character === '{' || character === '[') depth += 1
    else {
      depth -= 1
      if (depth === 0) return mark.lastIndex
    }
  }
}

function endOfString(json: string, start: number): number {
  for (let at = json.indexOf('"', start + 1); ; at = json.indexOf('"', at + 1)) {
    let backslashes = 0
    while (json[at - 1 - backslashes] === '\\') backslashes += 1
    if (backslashes % 2 === 0) return at + 1
  }
}

function skipBlank(json: string, start: number): number {
  let at = start
  while (json[at] === ' ' || json[at] === '\n' || json[at] === '\r' || json[at] === '\t') at += 1
  return at
}
