import { join } from 'node:path'
import { toJsonSchema } from '@valibot/to-json-schema'
import { configSchema } from './config-json-schema.ts'
import { caseFile } from '../../cli/src/test-cases/format/case-schema.ts'

const root = join(import.meta.dirname, '../..')

export interface SchemaFile {
  /** Absolute. */
  readonly file: string
  readonly text: string
}

/** The JSON schemas that the packages bring for editors, made from the validators. */
export function schemaFiles(): readonly SchemaFile[] {
  const schema = {
    ...toJsonSchema(caseFile, {
      typeMode: 'output',
      target: 'draft-07',
      // A mapping is checked twice: that it is no list, and what it holds.
      overrideSchema: ({ valibotSchema, jsonSchema }) =>
        valibotSchema.type === 'custom' ? { type: 'object' } : jsonSchema,
      ignoreActions: [],
      errorMode: 'ignore',
    }),
    title: 'Cases of an anyhandler function: *.case.yaml',
  }
  return [
    { file: join(root, 'cli/case.schema.json'), text: textOf(schema) },
    { file: join(root, 'cli/anyhandler.schema.json'), text: textOf(configSchema()) },
  ]
}

function textOf(schema: object): string {
  return `${JSON.stringify(schema, undefined, 2)}\n`
}
