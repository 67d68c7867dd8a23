import type { Database } from 'better-sqlite3'
import { RuleError } from '../rule-error.ts'
import type { SqlValue } from './document.ts'
import type { Session } from './session.ts'

/**
 * Functions for events and requests that SQLite lacks: `to_base64`, `from_base64`, `uuid`, `now_ms` and `REGEXP`. NULL
 * gives NULL.
 */
export function registerExtras(db: Database, session: Session): void {
  const pure = { deterministic: true, safeIntegers: true }
  db.function('to_base64', pure, (value: SqlValue) =>
    value === null ? null : (Buffer.isBuffer(value) ? value : Buffer.from(String(value))).toString('base64'),
  )
  db.function('from_base64', pure, (value: SqlValue) => (value === null ? null : fromBase64(String(value))))
  // Without node:crypto's cache of random bytes, which all copies of a snapshot would share.
  db.function('uuid', () => process.getBuiltinModule('node:crypto').randomUUID({ disableEntropyCache: true }))
  db.function('now_ms', () => BigInt(session.now))
  // SQLite calls it for `text REGEXP pattern`, with the pattern first.
  db.function('regexp', pure, (pattern: SqlValue, value: SqlValue) =>
    pattern === null || value === null ? null : expression(String(pattern)).test(String(value)) ? 1n : 0n,
  )
}

/** A blob. Both alphabets, with blanks and line ends, with or without padding. @throws RuleError */
function fromBase64(text: string): Buffer {
  const digits = text.replaceAll(/\s/g, '')
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(digits) || digits.replace(/=+$/, '').length % 4 === 1)
    throw new RuleError('InvalidBase64', `from_base64() needs base64, but got: ${text.slice(0, 60)}`)
  return Buffer.from(digits, 'base64')
}

const keep = 100
const known = new Map<string, RegExp>()

function expression(pattern: string): RegExp {
  const found = known.get(pattern)
  if (found) return found
  let made: RegExp
  try {
    made = new RegExp(pattern, 'u')
  } catch (error) {
    throw new RuleError('InvalidPattern', (error as Error).message)
  }
  // The cache is limited, because patterns may come from data.
  if (known.size >= keep) known.clear()
  known.set(pattern, made)
  return made
}
