import { toJsonSchema } from '@valibot/to-json-schema'
import type { ConversionConfig, JsonSchema as ValibotJsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema } from 'valibot'
import { whole } from '../../core/src/config/config-schema.ts'
import { failOn } from '../../core/src/config/routing-schema.ts'
import { rules as bash } from '../../plugins/bash/src/options.ts'
import { rules as javascript } from '../../plugins/javascript/src/options.ts'
import { rules as python } from '../../plugins/python-subprocess/src/options.ts'
import { rules as sql } from '../../plugins/sql/src/options.ts'
import { optionsSchema } from './option-schema.ts'
import type { JsonSchema } from './option-schema.ts'

/** What a configuration may say, as JSON schema: made of the validator, with the options of the built-in plugins. */
export function configSchema(): JsonSchema {
  const schema = convert(whole)
  const properties = schema['properties'] as Record<string, JsonSchema>
  const value = { anyOf: ['string', 'number', 'boolean', 'null'].map((type) => ({ type })) }
  const warmer = present(properties['warmer'])
  ;(warmer['properties'] as Record<string, unknown>)['value'] = value
  const plugins = present(properties['plugins'])
  const entry = plugins['additionalProperties'] as JsonSchema
  plugins['properties'] = Object.fromEntries(
    Object.entries({ bash, sql, python, javascript }).map(([name, rules]) => [
      name,
      withOptions(entry, optionsSchema(rules as Parameters<typeof optionsSchema>[0])),
    ]),
  )
  return { ...schema, title: 'A configuration of anyhandler: anyhandler.config.yaml and others' }
}

/** Values by which a schema that looks at the value first shows all that it allows. */
const samples: readonly unknown[] = [false, null, true, 'text', [], {}]

function convert(valibotSchema: GenericSchema): JsonSchema {
  const settings: ConversionConfig = {
    // A section is checked twice: that it is a mapping, and what it holds. The second says all.
    typeMode: 'output',
    target: 'draft-07',
    errorMode: 'ignore',
    overrideSchema({ valibotSchema: one, jsonSchema }): ValibotJsonSchema {
      if ((one as unknown) === failOn) return statuses
      if (one.type === 'custom') return { type: 'object' }
      if (one.type === 'lazy') return alternatives(one as unknown as Lazy)
      return 'entries' in one ? withRequired(jsonSchema as JsonSchema, one.entries as Entries) : jsonSchema
    },
  }
  return toJsonSchema(valibotSchema, settings) as JsonSchema
}

type Entries = Readonly<Record<string, { readonly type: string; readonly default?: unknown }>>

/** What has null in its place when it is missing is refused with a sentence of its own: it is required. */
function withRequired(schema: JsonSchema, entries: Entries): JsonSchema {
  const required = Object.keys(entries).filter(
    (key) => entries[key]?.type === 'optional' && entries[key].default === null,
  )
  return { ...schema, required }
}

interface Lazy {
  getter(input: unknown): GenericSchema
}

function alternatives({ getter }: Lazy): JsonSchema {
  const all = samples.map((sample) => JSON.stringify(bare(convert(getter(sample)))))
  return { anyOf: [...new Set(all)].map((text) => JSON.parse(text) as JsonSchema) }
}

function bare(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema'))
}

/** Of `v.nullish`: the one that isn't null. */
function present(schema: JsonSchema | undefined): JsonSchema {
  const all = (schema?.['anyOf'] ?? []) as JsonSchema[]
  const found = all.find(({ type }) => type === 'object')
  if (!found) throw new Error(`a section is not what it was: ${JSON.stringify(schema)}`)
  return found
}

/** A built-in plugin's entry: that of others, with its own options. */
function withOptions(entry: JsonSchema, options: JsonSchema): JsonSchema {
  const all = entry['anyOf'] as JsonSchema[]
  return {
    anyOf: all.map((one) =>
      one['properties']
        ? { ...one, properties: { ...(one['properties'] as object), options: { anyOf: [options, { type: 'null' }] } } }
        : one,
    ),
  }
}

const status = {
  anyOf: [
    { type: 'integer', minimum: 100, maximum: 599 },
    { type: 'string', pattern: '^[1-5]\\d\\d(?:-[1-5]\\d\\d)?$' },
  ],
}
const statuses: JsonSchema = { anyOf: [...status.anyOf, { type: 'array', minItems: 1, items: status }] }
