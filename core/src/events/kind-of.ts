import type { EventKind } from './kinds.ts'
import { firstElementAt, isObjectAt, membersAt, stringAt } from './members.ts'
import type { Members } from './members.ts'

/**
 * The kind of an event, by its top-level keys and a few below them. Authorizers and AppSync come first, because they
 * look like the HTTP events of the same service. The keys are those of AWS's documentation; docs/http.md lists them.
 *
 * @returns `other` if the kind is not certain, and for bytes that are no JSON
 */
export function kindOf(bytes: Uint8Array): EventKind {
  const event = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const list = firstElementAt(event, 0)
  if (list >= 0) return isAppSync(event, membersAt(event, list)) ? 'appsync' : 'other'
  const keys = membersAt(event, 0)
  if (!keys || keys.size === 0) return 'other'
  return (
    authorizerKind(event, keys) ?? httpKind(event, keys) ?? batchKind(event, keys) ?? singleKind(event, keys) ?? 'other'
  )
}

function authorizerKind(event: Buffer, keys: Members): EventKind | undefined {
  const type = text(event, keys, 'type')
  if (keys.has('authorizationToken') && type !== 'REQUEST') {
    if (keys.has('methodArn')) return type === 'TOKEN' ? 'authorizer-token' : 'other'
    return below(event, keys, 'requestContext')?.has('apiId') ? 'appsync-authorizer' : 'other'
  }
  const arn = keys.has('methodArn')
  if (!arn && !keys.has('routeArn')) return isAppSync(event, keys) ? 'appsync' : undefined
  if (type !== 'REQUEST') return 'other'
  const version = text(event, keys, 'version')
  if (!arn) return version === '2.0' ? 'authorizer-http' : 'other'
  if (version === '1.0') return 'authorizer-http-1.0'
  return below(event, keys, 'requestContext')?.has('connectionId') ? 'authorizer-websocket' : 'authorizer-request'
}

function httpKind(event: Buffer, keys: Members): EventKind | undefined {
  if (!keys.has('requestContext')) {
    const lattice = keys.has('raw_path') && keys.has('method') && keys.has('headers') && keys.has('is_base64_encoded')
    return lattice ? 'lattice-1' : undefined
  }
  const context = below(event, keys, 'requestContext')
  if (!context) return undefined
  const isVersion1 = keys.has('httpMethod') && keys.has('path')
  if (context.has('elb')) return isVersion1 ? (keys.has('multiValueHeaders') ? 'alb-multi' : 'alb') : undefined
  if (context.has('connectionId') && context.has('eventType') && !keys.has('httpMethod')) return 'websocket'
  const version = text(event, keys, 'version')
  if (version === '2.0') {
    if (keys.has('routeKey') && keys.has('rawPath'))
      return stringAt(event, context.get('domainName'))?.includes('.lambda-url.') ? 'url' : 'http'
    return keys.has('path') && keys.has('method') && context.has('serviceNetworkArn') ? 'lattice' : undefined
  }
  if (!isVersion1 || !keys.has('resource')) return undefined
  return version === '1.0' ? 'http-1.0' : version === undefined ? 'rest' : undefined
}

function batchKind(event: Buffer, keys: Members): EventKind | undefined {
  if (keys.has('tasks') && keys.has('invocationSchemaVersion')) return 's3-batch'
  if (keys.has('records')) {
    if (keys.has('deliveryStreamArn')) return 'firehose'
    const source = text(event, keys, 'eventSource')
    return source === 'aws:kafka' || source === 'SelfManagedKafka' ? 'kafka' : undefined
  }
  const records = keys.get('Records')
  if (records === undefined) return undefined
  const first = membersAt(event, firstElementAt(event, records))
  if (!first) return undefined
  switch (text(event, first, 'eventSource') ?? text(event, first, 'EventSource')) {
    case 'aws:sqs':
      return 'sqs'
    case 'aws:sns':
      return 'sns'
    case 'aws:kinesis':
      return 'kinesis'
    case 'aws:dynamodb':
      return 'dynamodb'
    case 'aws:s3':
      return 's3'
    default:
      // The source comes after a message that is too long to read.
      if (first.has('receiptHandle') && first.has('messageId')) return 'sqs'
      return isObjectAt(event, first.get('kinesis')) && !first.has('eventSource') ? 'kinesis' : undefined
  }
}

function singleKind(event: Buffer, keys: Members): EventKind | undefined {
  if (keys.has('detail-type') && keys.has('source') && keys.has('detail'))
    return text(event, keys, 'detail-type') === 'Scheduled Event' ? 'schedule' : 'eventbridge'
  if (keys.has('triggerSource') && keys.has('userPoolId') && keys.has('request')) return 'cognito'
  if (keys.has('RequestType') && keys.has('ResponseURL') && keys.has('LogicalResourceId')) return 'custom-resource'
  return undefined
}

function isAppSync(event: Buffer, keys: Members | undefined): boolean {
  if (!keys?.has('arguments')) return false
  const info = below(event, keys, 'info')
  return info !== undefined && info.has('fieldName') && info.has('parentTypeName')
}

function text(event: Buffer, keys: Members, key: string): string | undefined {
  return stringAt(event, keys.get(key))
}

function below(event: Buffer, keys: Members, key: string): Members | undefined {
  const at = keys.get(key)
  return at === undefined ? undefined : membersAt(event, at)
}
