import { readFileSync } from 'node:fs'
import { closestName } from '@anyhandler/core/host'
import * as v from 'valibot'
import { LineCounter, parseDocument } from 'yaml'
import { caseFile, keysAt } from './case-schema.ts'
import type { CaseFileContent } from './case-schema.ts'
import { CaseFault, faultAt, shownPath } from './case-fault.ts'
import type { Placed } from './case-fault.ts'

export interface ReadCaseFile extends Placed {
  /** Absolute. */
  readonly path: string
  readonly content: CaseFileContent
}

/**
 * Reads a case file and checks it.
 * @param label how sentences name it
 * @throws CaseFault with file, line, key and cure
 */
export function readCaseFile(path: string, label: string): ReadCaseFile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new CaseFault(`${label}: the file can't be read: ${(error as Error).message}`)
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const placed: Placed = { label, document, lines }
  const [fault] = document.errors
  if (fault) throw new CaseFault(`${label}:${lines.linePos(fault.pos[0]).line}: it is not YAML: ${fault.message}`)
  let given: unknown
  try {
    given = document.toJS()
  } catch (error) {
    throw new CaseFault(`${label}: it is not YAML: ${(error as Error).message}`)
  }
  const result = v.safeParse(caseFile, given)
  // A key that is misspelt is the reason why another one is missing.
  if (!result.success) throw faultOf(result.issues.find(isUnknownKey) ?? result.issues[0], placed)
  return { ...placed, path, content: result.output }
}

function faultOf(top: v.BaseIssue<unknown>, placed: Placed): CaseFault {
  const { issue, path } = deepest(top, [])
  if (isUnknownKey(issue)) {
    const allowed = keysAt(path.slice(0, -1))
    const meant = closestName(String(path.at(-1)), allowed)
    return faultAt(
      placed,
      path,
      `${shownPath(path)} is not a known key${meant ? ` (did you mean '${meant}'?)` : ''}`,
      `allowed are ${allowed.join(', ')}`,
    )
  }
  if (issue.type === 'strict_object' && issue.input === undefined)
    return faultAt(placed, path, `there is no key ${shownPath(path)}`, 'it must be a mapping of sentences to cases')
  const shown = path.length === 0 ? 'the file' : shownPath(path)
  const must = issue.type === 'strict_object' ? `a mapping with the keys ${keysAt(path).join(', ')}` : issue.message
  return faultAt(placed, path, `${shown} is ${shownValue(issue.input)}`, `it must be ${must}`)
}

function isUnknownKey({ type, expected }: v.BaseIssue<unknown>): boolean {
  return type === 'strict_object' && expected === 'never'
}

/** The issue of the alternative that matched furthest: it is the intended one. */
function deepest(
  issue: v.BaseIssue<unknown>,
  above: readonly PropertyKey[],
): { readonly issue: v.BaseIssue<unknown>; readonly path: readonly PropertyKey[] } {
  const path = [...above, ...(issue.path?.map((item) => item.key as PropertyKey) ?? [])]
  const inner = (issue.issues ?? []).map((one) => deepest(one, path))
  const further = inner.filter((one) => one.path.length > path.length).toSorted((a, b) => b.path.length - a.path.length)
  return further[0] ?? { issue, path }
}

function shownValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return typeof value === 'string' ? `'${value.length > 60 ? `${value.slice(0, 60)}…` : value}'` : String(value)
}
