import type { WarmerConfig } from '../config/routing.ts'

/** A scheduled rule sends exactly the configured text; anything longer is another event. */
const longest = 200

/** True if the event has only the warmer's key. */
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
