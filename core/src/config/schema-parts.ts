import * as v from 'valibot'
import { isPlainObject } from '../plain-object.ts'

// Every message of a schema ends the sentence "KEY is VALUE; it must be".

/** Names that would change an object's prototype; valibot drops such keys silently. */
const reserved = ['__proto__', 'constructor', 'prototype']

export function reservedKey(value: unknown): string | undefined {
  return isPlainObject(value) ? reserved.find((name) => Object.hasOwn(value, name)) : undefined
}

export const mapping = (allowed: string) =>
  v.custom<Readonly<Record<string, unknown>>>((input) => isPlainObject(input) && !reservedKey(input), allowed)

export const flag = v.optional(v.boolean('true or false'))

const count = 'a whole number from 1 to 1000'
export const wholeNumber = v.pipe(v.number(count), v.integer(count), v.minValue(1, count), v.maxValue(1000, count))

const handlerText = 'a handler name, such as reports/monthly.sql'
export const handlerName = v.pipe(v.string(handlerText), v.nonEmpty(handlerText))

type Present<Output> = { [Key in keyof Output]: NonNullable<Output[Key]> }

export function withoutAbsent<Output extends object>(output: Output): Present<Output> {
  return Object.fromEntries(
    Object.entries(output).filter(([, value]) => value !== undefined && value !== null),
  ) as Present<Output>
}
