import type { Invocation } from '@anyhandler/core'

/**
 * The variables of an event. The four names that begin with AWS_LAMBDA_ and need no explanation are those of bash-lambda-layer; TRACEPARENT,
 * TRACESTATE and BAGGAGE are OpenTelemetry's. What stands behind the key `env` goes into the environment as it is.
 */
export function contextOf({ id, deadline, functionArn, traceId, clientContext, identity, tenantId, traceContext }: Invocation): Readonly<Record<string, string>> {
  const context: Record<string, string> = {
    env: '',
    AWS_LAMBDA_REQUEST_ID: id,
    AWS_LAMBDA_DEADLINE_MS: String(deadline),
    AWS_LAMBDA_FUNCTION_ARN: functionArn,
  }
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined) context[name] = value
  }
  set('AWS_LAMBDA_TRACE_ID', traceId)
  set('_X_AMZN_TRACE_ID', traceId)
  set('AWS_LAMBDA_CLIENT_CONTEXT', clientContext)
  set('AWS_LAMBDA_COGNITO_IDENTITY', identity && JSON.stringify(identity))
  set('AWS_LAMBDA_TENANT_ID', tenantId)
  set('TRACEPARENT', traceContext?.traceparent)
  set('TRACESTATE', traceContext?.tracestate)
  set('BAGGAGE', traceContext?.baggage)
  return context
}
