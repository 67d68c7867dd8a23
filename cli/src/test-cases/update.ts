import { readFileSync, writeFileSync } from 'node:fs'
import { isUtf8 } from 'node:buffer'
import { judgeOutcome } from '@anyhandler/core/http'
import { isCollection, isNode, parseDocument } from 'yaml'
import type { Document, Node } from 'yaml'
import type { TestStep } from './format/test-case.ts'
import type { StepResult } from './run/job.ts'
import type { CaseResult } from './run/run-cases.ts'

/**
 * Writes actual results into the case files and keeps comments: over exact expectations that differ, and for steps
 * without an expectation. Patterns and forbidden texts stay, because a person must check them.
 *
 * @returns the number of changed cases
 */
export function updateCases(results: readonly CaseResult[]): number {
  let changed = 0
  for (const [file, own] of Map.groupBy(results, ({ test }) => test.file)) {
    const document = parseDocument(readFileSync(file, 'utf8'))
    const before = changed
    // For a case behind several front doors the first result counts, because all must be equal.
    const seen = new Set<string>()
    for (const result of own) {
      const key = JSON.stringify(result.test.path)
      if (result.status === 'skipped' || seen.has(key)) continue
      if (updateCase(document, result)) {
        seen.add(key)
        changed++
      }
    }
    if (changed > before) writeFileSync(file, document.toString({ lineWidth: 0 }))
  }
  return changed
}

function updateCase(document: Document, { test, step, differences, steps }: CaseResult): boolean {
  let isChanged = false
  const set = (path: readonly PropertyKey[], value: unknown): void => {
    isChanged = true
    document.setIn(path, like(document.getIn(path, true), document.createNode(value)))
  }
  if (step) for (const { update } of differences) if (update) set([...step.path, ...update.path], update.value)
  for (const [index, got] of steps.entries()) {
    const own = test.steps[index] as TestStep
    if (Object.keys(own.expect).length === 0) set(own.path, expectationOf(own, got))
  }
  return isChanged
}

/** A new node with the comments and the style of the one that it takes the place of. */
function like(old: unknown, node: Node): Node {
  if (!isNode(old)) return node
  node.comment = old.comment ?? null
  node.commentBefore = old.commentBefore ?? null
  if (isCollection(old) && isCollection(node)) node.flow = old.flow ?? false
  return node
}

/** The actual result of a step, in the form of an expectation. */
export function expectationOf({ event, as }: Pick<TestStep, 'event' | 'as'>, got: StepResult): object {
  if (got.failed && got.error) return { error: got.error }
  const verdict = as === undefined ? undefined : judgeOutcome(got, Buffer.from(event))
  if (!verdict) return bodyAs('answer', got.body)
  const type = verdict.headers.find(([name]) => name.toLowerCase() === 'content-type')
  const location = verdict.headers.find(([name]) => name.toLowerCase() === 'location')
  const headers = Object.fromEntries([type, location].flatMap((one) => (one ? [[one[0].toLowerCase(), one[1]]] : [])))
  return {
    status: verdict.status,
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(verdict.body.length > 0 && bodyAs('body', verdict.body)),
  }
}

function bodyAs(name: 'answer' | 'body', bytes: Uint8Array): object {
  if (!isUtf8(bytes)) return { [`${name} base64`]: Buffer.from(bytes).toString('base64') }
  const text = Buffer.from(bytes).toString()
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object') return { [name]: value }
  } catch {
    // A text.
  }
  return { [name]: text }
}
