import * as v from 'valibot'
import { closestName } from '../closest-name.ts'
import { isPlainObject } from '../plain-object.ts'
import { sourceFilters } from '../routes/source-filters.ts'
import type { SourceKind } from '../routes/source-filters.ts'
import { described, listed, quote } from '../wording.ts'
import type { SourceConfig, StatusRanges } from './routing.ts'
import { flag, handlerName, mapping, wholeNumber, withoutAbsent } from './schema-parts.ts'

const statusText = "a status or a range of them, such as 500 or '500-599', or a list of these"

/** HTTP statuses are 100 to 599. */
function isStatuses(input: unknown): boolean {
  if (typeof input === 'number') return Number.isInteger(input) && input >= 100 && input <= 599
  if (typeof input !== 'string') return false
  return /^[1-5]\d\d(?:-[1-5]\d\d)?$/.test(input) && input.slice(0, 3) <= input.slice(-3)
}
export const failOn = v.custom<StatusRanges>(
  (input) => (Array.isArray(input) ? input.length > 0 && input.every(isStatuses) : isStatuses(input)),
  statusText,
)

const each = v.strictObject({
  parallel: v.optional(wholeNumber),
  onAllFailed: v.optional(v.picklist(['throw', 'report'], 'throw or report')),
  onGroupFailed: v.optional(v.picklist(['stop', 'continue'], 'stop or continue')),
  unwrap: flag,
})
const eachText = `true, or a mapping with the keys ${listed(Object.keys(each.entries))}`
const eachOn = v.pipe(
  v.literal(true),
  v.transform(() => ({})),
)

const runText = 'a handler name, or a list of them'
const handler = v.strictObject({
  run: required(
    v.lazy((input) =>
      Array.isArray(input)
        ? v.pipe(v.array(handlerName), v.nonEmpty(runText))
        : v.pipe(v.string(runText), v.nonEmpty(runText)),
    ),
  ),
  each: v.optional(
    v.lazy((input) => (input === true ? eachOn : v.pipe(mapping(eachText), each, v.transform(withoutAbsent)))),
  ),
  failOn: v.optional(failOn),
})
const handlerText = `a handler name, or a mapping with the keys ${listed(Object.keys(handler.entries))}`

/** Keys are names that `_HANDLER` can have. */
export const handlers = v.pipe(
  mapping('a mapping of handler names to handler names'),
  v.record(
    v.pipe(
      v.string(),
      v.nonEmpty('a handler name'),
      v.regex(/^[^\0-\u001f\u007f]*$/, 'a handler name without control characters'),
    ),
    v.lazy((entry) =>
      isPlainObject(entry)
        ? v.pipe(mapping(handlerText), handler, v.transform(withoutAbsent))
        : v.pipe(v.string(handlerText), v.nonEmpty(handlerText)),
    ),
  ),
)

export const routes = v.pipe(
  mapping('a mapping of routes, such as GET /links/{slug}, to handler names'),
  v.record(v.string(), handlerName),
)

const kinds = Object.keys(sourceFilters) as SourceKind[]
const fromText = `one of ${listed(kinds, 'or')}`
const patternText = 'a name, in which * stands for any characters'

const source = v.pipe(
  mapping('a mapping with the keys from and run, and with keys that select events'),
  v.looseObject({
    from: required(v.picklist(kinds, ({ input }) => `${fromText}${suggestion(input, kinds)}`)),
    run: required(handlerName),
    unwrap: flag,
  }),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    for (const key of Object.keys(value)) {
      const filters: readonly string[] = sourceFilters[value.from]
      if (['from', 'run', 'unwrap'].includes(key)) continue
      const item = { type: 'object', origin: 'value', input: value, key, value: value[key] } as const
      if (!filters.includes(key)) {
        const allowed = ['from', 'run', 'unwrap', ...filters]
        const meant = closestName(key, allowed)
        addIssue({
          message: `left out${meant === undefined ? '' : ` (did you mean ${quote(meant)}?)`}: a source from ${quote(value.from)} has ${listed(allowed)}`,
          path: [item],
          input: value[key],
        })
        return NEVER
      }
      if (typeof value[key] !== 'string' || value[key] === '') {
        addIssue({ message: patternText, path: [item], input: value[key] })
        return NEVER
      }
    }
    return withoutAbsent(value) as unknown as SourceConfig
  }),
)

/** `{ sqs: worker }` is short for `[{ from: sqs, run: worker }]`. */
const shortSources = v.pipe(
  mapping('a list of sources, or a mapping of kinds to handler names'),
  v.record(
    v.picklist(kinds, ({ input }) => `${fromText}${suggestion(input, kinds)}`),
    handlerName,
  ),
  v.transform((short) => Object.entries(short).map(([from, run]): SourceConfig => ({ from: from as SourceKind, run }))),
)
export const sources = v.lazy((input) => (Array.isArray(input) ? v.array(source) : shortSources))

const baseText = 'a path such as /v1, or a list of them'
const basePath = v.pipe(v.string(baseText), v.regex(/^\/[^?#%]*[^/?#%]$/, baseText))
const routingEntries = v.strictObject({
  event: v.optional(v.picklist(['replaced', 'untouched'], 'replaced or untouched')),
  workers: v.optional(wholeNumber),
  basePath: v.optional(v.lazy((input) => (Array.isArray(input) ? v.array(basePath) : basePath))),
})
export const routing = section(routingEntries)

const scalarText = 'text, a number, true, false or null'
const warmerEntries = v.strictObject({
  key: required(v.pipe(v.string('the key of an event'), v.nonEmpty('the key of an event'))),
  value: v.optional(
    v.custom<string | number | boolean | null>(
      (input) => input === null || ['string', 'number', 'boolean'].includes(typeof input),
      scalarText,
    ),
    true,
  ),
})

export const warmer = section(warmerEntries)

function section<const Entries extends v.ObjectEntries>(entries: v.StrictObjectSchema<Entries, undefined>) {
  const text = `a mapping with the keys ${listed(Object.keys(entries.entries))}`
  return v.pipe(mapping(text), entries, v.transform(withoutAbsent<v.InferOutput<typeof entries>>))
}

/** The keys of each section, by its path. */
export function keysOf(section: string | undefined, depth: number): readonly string[] | undefined {
  if (section === 'handlers') return Object.keys(depth === 3 ? handler.entries : each.entries)
  if (section === 'routing') return Object.keys(routingEntries.entries)
  return section === 'warmer' ? Object.keys(warmerEntries.entries) : undefined
}

/** A missing key gets the same message as a wrong value: it says the allowed values. */
function required<const Schema extends v.GenericSchema>(schema: Schema) {
  return v.optional(schema, null as never)
}

function suggestion(input: unknown, known: readonly string[]): string {
  const meant = typeof input === 'string' ? closestName(input, known) : undefined
  return meant === undefined ? '' : ` (did you mean ${described(meant)}?)`
}
