type Json = Readonly<Record<string, unknown>>

const has = (value: unknown, ...keys: readonly string[]): boolean =>
  typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key))
const at = (value: unknown, key: string): unknown => (has(value, key) ? (value as Json)[key] : undefined)

/** The kinds once more, as statements about the parsed event: what the scan of bytes is compared with. */
const rules: readonly (readonly [string, (event: Json) => boolean])[] = [
  ['authorizer-token', (e) => e['type'] === 'TOKEN' && has(e, 'authorizationToken', 'methodArn')],
  [
    'appsync-authorizer',
    (e) =>
      has(e, 'authorizationToken') &&
      !has(e, 'methodArn') &&
      e['type'] !== 'REQUEST' &&
      has(e['requestContext'], 'apiId'),
  ],
  ['other', (e) => has(e, 'authorizationToken') && e['type'] !== 'REQUEST'],
  ['authorizer-http-1.0', (e) => has(e, 'methodArn') && e['type'] === 'REQUEST' && e['version'] === '1.0'],
  [
    'authorizer-websocket',
    (e) => has(e, 'methodArn') && e['type'] === 'REQUEST' && has(e['requestContext'], 'connectionId'),
  ],
  ['authorizer-request', (e) => has(e, 'methodArn') && e['type'] === 'REQUEST'],
  ['authorizer-http', (e) => has(e, 'routeArn') && e['type'] === 'REQUEST' && e['version'] === '2.0'],
  ['other', (e) => has(e, 'methodArn') || has(e, 'routeArn')],
  ['appsync', (e) => has(e, 'arguments') && has(e['info'], 'fieldName', 'parentTypeName')],
  ['alb-multi', (e) => has(at(e, 'requestContext'), 'elb') && has(e, 'httpMethod', 'path', 'multiValueHeaders')],
  ['alb', (e) => has(at(e, 'requestContext'), 'elb') && has(e, 'httpMethod', 'path')],
  ['websocket', (e) => has(e['requestContext'], 'connectionId', 'eventType') && !has(e, 'httpMethod')],
  [
    'url',
    (e) =>
      e['version'] === '2.0' &&
      has(e, 'routeKey', 'rawPath') &&
      String(at(e['requestContext'], 'domainName')).includes('.lambda-url.'),
  ],
  ['http', (e) => e['version'] === '2.0' && has(e, 'routeKey', 'rawPath', 'requestContext')],
  [
    'lattice',
    (e) => e['version'] === '2.0' && has(e, 'path', 'method') && has(e['requestContext'], 'serviceNetworkArn'),
  ],
  ['http-1.0', (e) => e['version'] === '1.0' && has(e, 'httpMethod', 'path', 'resource', 'requestContext')],
  ['rest', (e) => !has(e, 'version') && has(e, 'httpMethod', 'path', 'resource', 'requestContext')],
  ['lattice-1', (e) => !has(e, 'requestContext') && has(e, 'raw_path', 'method', 'headers', 'is_base64_encoded')],
  ['s3-batch', (e) => has(e, 'tasks', 'invocationSchemaVersion')],
  ['firehose', (e) => has(e, 'records', 'deliveryStreamArn')],
  ['kafka', (e) => has(e, 'records') && ['aws:kafka', 'SelfManagedKafka'].includes(String(e['eventSource']))],
  ...['sqs', 'kinesis', 'dynamodb', 's3'].map(
    (name) => [name, (e: Json) => at(firstRecord(e), 'eventSource') === `aws:${name}`] as const,
  ),
  ['sns', (e) => at(firstRecord(e), 'EventSource') === 'aws:sns'],
  ['schedule', (e) => e['detail-type'] === 'Scheduled Event' && has(e, 'source', 'detail')],
  ['eventbridge', (e) => has(e, 'detail-type', 'source', 'detail')],
  ['cognito', (e) => has(e, 'triggerSource', 'userPoolId', 'request')],
  ['custom-resource', (e) => has(e, 'RequestType', 'ResponseURL', 'LogicalResourceId')],
]

function firstRecord(event: Json): unknown {
  const records = event['Records']
  return Array.isArray(records) ? records[0] : undefined
}

export function expectedKind(event: Json): string {
  return rules.find(([, holds]) => holds(event))?.[0] ?? 'other'
}
