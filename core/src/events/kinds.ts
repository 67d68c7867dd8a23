/**
 * The front doors, which turn an answer into an HTTP response or a WebSocket message. The host shapes their answers.
 */
export const proxyKinds = [
  /** REST API, payload 1.0. */
  'rest',
  /** HTTP API with payload 1.0. */
  'http-1.0',
  /** HTTP API with payload 2.0. */
  'http',
  /** Function URL; payload 2.0 as well. */
  'url',
  /** Application Load Balancer. */
  'alb',
  /** Application Load Balancer whose target group has multi-value headers turned on. */
  'alb-multi',
  /** VPC Lattice, event structure 1. */
  'lattice-1',
  /** VPC Lattice, event structure 2. */
  'lattice',
  /** WebSocket API. */
  'websocket',
] as const

export type ProxyKind = (typeof proxyKinds)[number]

/** All other kinds: their answers stay unchanged. */
export type OtherKind =
  | 'authorizer-token'
  | 'authorizer-request'
  | 'authorizer-http-1.0'
  | 'authorizer-http'
  | 'authorizer-websocket'
  | 'appsync'
  | 'appsync-authorizer'
  | 'sqs'
  | 'sns'
  | 'kinesis'
  | 'dynamodb'
  | 'kafka'
  | 'firehose'
  | 's3'
  | 's3-batch'
  | 'eventbridge'
  | 'schedule'
  | 'cognito'
  | 'custom-resource'
  /** Not recognised with certainty. */
  | 'other'

/** The sender of an event, and its format. */
export type EventKind = ProxyKind | OtherKind

export function isProxyKind(kind: EventKind): kind is ProxyKind {
  return (proxyKinds as readonly EventKind[]).includes(kind)
}
