import { describe, expect, it } from 'vitest'
import { judge } from '@anyhandler/core/http'
import { carryingRows } from './judge-rows/carrying.ts'
import { meaningRows } from './judge-rows/meaning.ts'

const rows = [...meaningRows, ...carryingRows].flatMap(({ kinds, ...row }) => kinds.map((kind) => ({ kind, ...row })))

describe('judge', () => {
  it('is held by a hundred and fifty rows', () => {
    expect(rows.length).toBeGreaterThanOrEqual(150)
  })

  it.each(rows.map((row) => [row.kind, shown(row.answer), row] as const))('%s sees %s', (kind, _shown, row) => {
    const { answer, options, status, body, type, headers, finding } = row
    const bytes = Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer))
    const copy = Buffer.from(bytes)
    const verdict = judge(bytes, kind, options)
    expect(bytes.equals(copy)).toBe(true)
    // 0: the front door's own error, whichever that is.
    if (status === 0) expect(verdict.status).toBeGreaterThanOrEqual(kind.startsWith('http') ? 413 : 502)
    else expect(verdict.status).toBe(status)
    if (body !== undefined) expect(Buffer.from(verdict.body).toString()).toBe(body)
    if (type !== undefined) expect(verdict.headers).toContainEqual(['content-type', type])
    if (headers) expect(verdict.headers.filter(([name]) => name !== 'content-type')).toEqual(headers)
    const messages = verdict.findings.map(({ message }) => message)
    if (finding === undefined) expect(messages.filter((message) => !isOfTheOtherMap(message))).toEqual([])
    else
      expect(messages.join('\n')).toMatch(
        finding instanceof RegExp ? finding : new RegExp(finding.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')),
      )
    for (const message of messages) expect(message).not.toMatch(/[\n\r]|undefined|\[object/)
  })
})

/** A row for several front doors says its headers in one map, and some of them read the other. */
function isOfTheOtherMap(message: string): boolean {
  return message.includes('reads only `multiValueHeaders`')
}

function shown(answer: unknown): string {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
