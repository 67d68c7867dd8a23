/**
 * What a source can be told apart by, for each kind of event that `sources` can name. Each is a name or a pattern, in which `*` stands for any
 * characters.
 */
export const sourceFilters = {
  sqs: ['queue'],
  sns: ['topic'],
  kinesis: ['stream'],
  dynamodb: ['table'],
  kafka: ['topic'],
  firehose: ['stream'],
  s3: ['bucket', 'key', 'event'],
  's3-batch': ['bucket'],
  eventbridge: ['rule', 'source', 'detailType'],
  schedule: ['rule'],
  cognito: ['trigger'],
  'custom-resource': ['type'],
  websocket: ['route'],
  'authorizer-token': [],
  'authorizer-request': [],
  'authorizer-http': [],
  'authorizer-http-1.0': [],
  'authorizer-websocket': [],
  appsync: ['type', 'field'],
  'appsync-authorizer': [],
  other: [],
  '*': [],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** What `from` can say. `*`: every event that nothing before it takes, HTTP requests included. */
export type SourceKind = keyof typeof sourceFilters

export type FilterName = (typeof sourceFilters)[SourceKind][number]
