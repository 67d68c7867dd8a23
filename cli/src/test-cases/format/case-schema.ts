import * as v from 'valibot'
import { requestKinds } from '@anyhandler/core/http'

/**
 * The format of case files, defined only here. `npm run schemas` makes `case.schema.json` from it, and a test compares
 * docs/testing-handlers.md with it. Messages end the sentence "KEY is VALUE; it must be".
 */

const described = <Schema extends v.GenericSchema>(schema: Schema, text: string) => v.pipe(schema, v.description(text))

const text = v.string('a text')
const scalarText = 'a string, a number, true or false'
const scalar = v.union([v.string(), v.number(), v.boolean()], scalarText)
const textsText = 'a string, or a list of strings'
const texts = v.union([v.string(), v.array(v.string())], textsText)
const anything = v.unknown()
/** v.record would accept a list, because a list is an object. */
const mappingOf = <Value extends v.GenericSchema>(value: Value, message: string) =>
  v.pipe(v.custom<Readonly<Record<string, unknown>>>(isMapping, message), v.record(v.string(), value, message))

function isMapping(input: unknown): boolean {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
}

const patternText = 'a regular expression, or a mapping of regular expressions'
const patterns = v.union([v.string(), v.array(v.unknown()), v.record(v.string(), v.unknown())], patternText)

const headerText =
  'a mapping of header names to strings; a list means several values, null means that the header is missing'
const headerValues = mappingOf(v.union([scalar, v.array(scalar), v.null()], headerText), headerText)

const env = described(
  v.optional(
    mappingOf(v.union([scalar, v.null()], scalarText), 'a mapping of names to strings; null removes a variable'),
  ),
  'Environment variables of the function; null removes one. {{tmp}} is the folder of the case.',
)
const files = described(
  v.optional(mappingOf(anything, 'a mapping of paths to contents')),
  'Files that exist before the first event: path in the folder of the case (TMPDIR) → text, or a value that is written as JSON.',
)
const database = described(
  v.optional(
    v.union(
      [
        v.string(),
        v.strictObject({
          from: described(v.optional(text), 'A database file, or a file of SQL; beside the case file.'),
          migratedTo: described(
            v.optional(text),
            'The last migration that has been applied; the function applies the others.',
          ),
          run: described(v.optional(text), 'SQL to run on it.'),
        }),
      ],
      'SQL to run, or a mapping with the keys from, migratedTo and run',
    ),
  ),
  'The database before the first event. A string is SQL that runs after the migrations.',
)
const seconds = 'a number of seconds above 0 and up to 900'
const timeout = described(
  v.optional(v.pipe(v.number(seconds), v.gtValue(0, seconds), v.maxValue(900, seconds))),
  'Seconds for loading the handler, and for each event; 30 when absent.',
)
const doorsText = `all, or one or several of ${requestKinds.join(', ')}`
const door = v.picklist(requestKinds, doorsText)
const as = described(
  v.optional(v.union([door, v.literal('all'), v.pipe(v.array(door), v.minLength(1, doorsText))], doorsText)),
  'The front door of `request`; with several, the case runs once behind each. http when absent.',
)
const handler = described(
  v.optional(text),
  "The handler's name, as in _HANDLER; when absent, it follows from the file's name.",
)

const subject = (name: string, what: string) =>
  ({
    [name]: described(v.optional(anything), `${what}, exactly: a value, or a string`),
    [`${name} contains`]: described(
      v.optional(anything),
      `${what} contains this: a part of its text, or some keys of its value`,
    ),
    [`${name} lacks`]: described(v.optional(texts), `${what} has none of these texts`),
    [`${name} matches`]: described(v.optional(patterns), `${what} matches the regular expression, or its values do`),
    [`${name} at`]: described(
      v.optional(mappingOf(anything, 'a mapping of JSON paths to values')),
      `Values in ${what}, by JSON path: items[0].sku, $..price`,
    ),
    [`${name} base64`]: described(v.optional(text), `${what}'s bytes`),
  }) as const

const error = v.union(
  [
    v.string(),
    v.strictObject({
      type: v.optional(text),
      message: v.optional(text),
      'message contains': v.optional(texts),
      'message matches': v.optional(text),
    }),
  ],
  'an error type, or a mapping with the keys type, message, message contains and message matches',
)

const expectation = v.strictObject({
  ...subject('answer', "The function's own answer"),
  status: described(v.optional(v.number('a number, such as 200')), "The HTTP status of the client's response."),
  headers: described(v.optional(headerValues), "Headers of the client's response; it may have others."),
  'headers match': described(
    v.optional(mappingOf(text, 'a mapping of header names to regular expressions')),
    'Headers by regular expression.',
  ),
  ...subject('body', "The body of the client's response"),
  error: described(v.optional(error), 'The expected error. Without it a failing function fails the case.'),
  log: described(v.optional(texts), 'All lines of the log, without time, request id and level.'),
  'log contains': described(v.optional(texts), 'Texts that the log contains.'),
  'log lacks': described(v.optional(texts), 'Texts that the log must not contain.'),
  'log matches': described(v.optional(texts), 'Regular expressions that the log matches, line by line.'),
  files: described(
    v.optional(mappingOf(anything, 'a mapping of paths to contents')),
    'Files in the folder of the case afterwards; null = the file must not exist.',
  ),
  'files contain': described(v.optional(mappingOf(texts, 'a mapping of paths to texts')), 'Texts that files contain.'),
  query: described(
    v.optional(mappingOf(anything, 'a mapping of SQL to rows')),
    'The database afterwards: a SELECT → its rows, or its only value.',
  ),
})

const input = {
  event: described(v.optional(anything), 'The event: any value.'),
  eventFile: described(v.optional(text), 'A file with the event, beside the case file.'),
  sample: described(v.optional(text), 'A sample event, as `anyhandler event` lists them.'),
  set: described(
    v.optional(mappingOf(anything, 'a mapping of paths to values')),
    'Changes the event: Records.0.body: hello.',
  ),
  request: described(v.optional(text), 'An HTTP request: GET /links?limit=1.'),
  headers: described(v.optional(headerValues), 'Headers of the request.'),
  body: described(v.optional(anything), 'Body of the request: a text, or a value that is sent as JSON.'),
}

const step = v.strictObject({
  name: v.optional(text),
  handler,
  ...input,
  expect: described(v.optional(expectation), 'The expected result.'),
})

const testCase = v.strictObject({
  handler,
  ...input,
  as,
  env,
  files,
  database,
  timeout,
  skip: described(v.optional(text), 'The reason why the case does not run.'),
  expect: described(v.optional(expectation), 'The expected result. When absent, the function must not fail.'),
  steps: described(
    v.optional(v.pipe(v.array(step, 'a list of steps'), v.minLength(1, 'a list of at least one step'))),
    'Several events in a row on one warm worker.',
  ),
})

/** A whole `*.case.yaml`. */
export const caseFile = v.strictObject({
  handler,
  as,
  env,
  files,
  database,
  timeout,
  worker: described(
    v.optional(v.picklist(['own', 'shared'], 'own or shared')),
    'shared: the cases of this file may run on one warm worker, where module state stays. own when absent.',
  ),
  cases: described(mappingOf(testCase, 'a mapping of sentences to cases'), 'Name → case.'),
})

export type CaseFileContent = v.InferOutput<typeof caseFile>
export type CaseContent = v.InferOutput<typeof testCase>
export type StepContent = v.InferOutput<typeof step>
export type Expectation = v.InferOutput<typeof expectation> & Readonly<Record<string, unknown>>

const keys = (schema: { readonly entries: object }): readonly string[] => Object.keys(schema.entries)

/** The keys that are allowed at a path of a case file. Messages about a wrong key list them. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const last = path.at(-1)
  if (path.length === 0) return keys(caseFile)
  if (last === 'expect') return keys(expectation)
  if (last === 'error') return ['type', 'message', 'message contains', 'message matches']
  if (last === 'database') return ['from', 'migratedTo', 'run']
  return path.at(-2) === 'steps' ? keys(step) : keys(testCase)
}
