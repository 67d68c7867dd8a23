import { textAt } from './json-text.ts'
import { follow, parsePath } from './path.ts'
import type { Step } from './path.ts'
import { RuleError } from '../rule-error.ts'

/** SQL values of better-sqlite3: integers are bigints, reals are numbers. */
export type SqlValue = string | bigint | number | Buffer | null

/** A number whose source text is needed to know its type or its digits. */
const exacting = /\d(?:[.eE]|\d{15})/

/** A JSON text that is parsed only when a path reads it. */
export class JsonDocument {
  readonly #source: string | Uint8Array
  readonly #name: string
  #text: string | undefined
  #parsed: { readonly value: unknown } | undefined
  #exacting: boolean | undefined

  /** @param name Its name in errors: `the event`. */
  constructor(source: string | Uint8Array, name: string) {
    this.#source = source
    this.#name = name
  }

  /** The whole text, unparsed; bytes that aren't UTF-8 become U+FFFD. */
  text(): string {
    this.#text ??=
      typeof this.#source === 'string'
        ? this.#source
        : Buffer.from(this.#source.buffer, this.#source.byteOffset, this.#source.byteLength).toString('utf8')
    return this.#text
  }

  /**
   * The value at a path. Integer, real and text keep their type. NULL and a missing value are NULL. Booleans are 1 and
   * 0; objects and arrays are JSON text.
   * @throws RuleError when the document isn't JSON, or the path is invalid.
   */
  at(path: string): SqlValue {
    return this.#value(parsePath(path))
  }

  /** The value of a top-level key with any name. */
  key(key: string): SqlValue {
    return this.#value([{ key }])
  }

  #value(steps: readonly Step[]): SqlValue {
    const value = follow(this.#parse(), steps)
    switch (typeof value) {
      case 'string':
        return value
      case 'boolean':
        return value ? 1n : 0n
      case 'number':
        return Number.isInteger(value) ? this.#integer(value, steps) : value
      case 'object':
        return value === null ? null : textAt(this.text(), steps)
      default:
        return null
    }
  }

  /** `1.0` and `1e3` are reals in SQLite, and digits beyond 2^53 are kept; beyond 64 bits SQLite has reals only. */
  #integer(value: number, steps: readonly Step[]): SqlValue {
    this.#exacting ??= exacting.test(this.text())
    if (!this.#exacting) return BigInt(value)
    const digits = textAt(this.text(), steps)
    if (!/^-?\d+$/.test(digits)) return value
    const integer = BigInt(digits)
    return BigInt.asIntN(64, integer) === integer ? integer : value
  }

  #parse(): unknown {
    if (!this.#parsed) {
      try {
        this.#parsed = { value: JSON.parse(this.text()) as unknown }
      } catch (error) {
        throw new RuleError('InvalidEvent', `${this.#name} is not JSON: ${(error as SyntaxError).message}`)
      }
    }
    return this.#parsed.value
  }
}
