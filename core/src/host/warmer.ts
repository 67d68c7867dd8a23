import type { WarmerConfig } from '../config/routing.ts'

/** A scheduled rule sends what it was given; anything longer is an event. */
const longest = 200

/** Whether an event is the warmer's: its one key and nothing else. */
export function isWarmer(event: Uint8Array, { key, value }: WarmerConfig): boolean {
  if (event.length > longest) return false
  const text = Buffer.from(event.buffer, event.byteOffset, event.byteLength).toString()
  if (!/^\s*\{/.test(text)) return false
  try {
    const parsed = JSON.parse(text) as Readonly<Record<string, unknown>>
    return Object.keys(parsed).length === 1 && Object.hasOwn(parsed, key) && parsed[key] === value
  } catch {
    return false
  }
}
