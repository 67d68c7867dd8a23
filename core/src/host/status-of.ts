import { isAnswer } from '../answer.ts'
import type { StatusRanges } from '../config/routing.ts'
import { membersFrom, valueAt } from '../events/json-walk.ts'

/** The HTTP status of an answer in any of its forms; `undefined` for an answer that is no HTTP answer. */
export function statusOf(value: unknown): number | undefined {
  if (isAnswer(value)) return value.http ? (value.http.statusCode ?? 200) : statusOf(value.body)
  if (typeof value === 'string') return statusInJson(Buffer.from(value))
  if (value instanceof Uint8Array) return statusInJson(Buffer.from(value.buffer, value.byteOffset, value.byteLength))
  return typeof value === 'object' && value !== null && 'statusCode' in value ? asStatus(value.statusCode) : undefined
}

/** True if `failOn` lists the status. */
export function isIn(ranges: StatusRanges, status: number): boolean {
  const list = typeof ranges === 'object' ? ranges : [ranges]
  return list.some((range) => {
    const text = String(range)
    return status >= Number(text.slice(0, 3)) && status <= Number(text.slice(-3))
  })
}

function statusInJson(bytes: Buffer): number | undefined {
  let status: unknown
  for (const { key, at } of membersFrom(bytes, 0)) if (key === 'statusCode') status = valueAt(bytes, at)
  return asStatus(status)
}

function asStatus(value: unknown): number | undefined {
  const status = typeof value === 'string' ? Number(value) : value
  return typeof status === 'number' && Number.isInteger(status) ? status : undefined
}
