import Database from 'better-sqlite3'
import type { Statement } from 'better-sqlite3'
import { maxBytes } from './limit.ts'

/** JSON text, or its bytes in UTF-8 if it has a long text. Bytes have memory of their own. */
export type JsonPiece = string | Uint8Array

/** In UTF-16 units. */
export const longText = 16 * 1024

const quoting = 'SELECT CAST(json_quote(CAST(? AS TEXT)) AS BLOB)'
let quote: Statement<[Buffer], Buffer> | undefined

/**
 * A text as a JSON string. SQLite writes it if it is long: `JSON.stringify` takes up to four times as long, and its
 * result still has to become bytes. SQLite does it on a connection of its own, because a user's function may replace
 * `json_quote` on the others.
 *
 * @param text a value from SQLite, which has no lone surrogates
 */
export function jsonString(text: string): JsonPiece {
  // A text beyond the limit is only counted.
  if (text.length < longText || text.length > maxBytes) return JSON.stringify(text)
  quote ??= new Database(':memory:').prepare<[Buffer], Buffer>(quoting).pluck()
  return quote.get(Buffer.from(text)) as Buffer
}

/** Collects the JSON text of an answer. */
export class JsonPieces {
  #text = ''
  #before: Uint8Array[] | undefined

  add(piece: JsonPiece): void {
    if (typeof piece === 'string') {
      this.#text += piece
      return
    }
    this.#before ??= []
    this.#before.push(Buffer.from(this.#text), piece)
    this.#text = ''
  }

  join(): JsonPiece {
    return this.#before ? Buffer.concat([...this.#before, Buffer.from(this.#text)]) : this.#text
  }
}
