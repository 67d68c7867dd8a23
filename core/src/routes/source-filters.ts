/**
 * The filters of a source, for each kind of event in `sources`. Each is a name or a pattern, in which `*` stands for
 * any characters.
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

/** The values of `from`. `*` means every other event, including HTTP requests. */
export type SourceKind = keyof typeof sourceFilters

export type FilterName = (typeof sourceFilters)[SourceKind][number]
