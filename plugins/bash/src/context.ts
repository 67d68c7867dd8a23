import type { Invocation } from '@anyhandler/core'

/**
 * The variables of an event. The four names that begin with AWS_LAMBDA_ and need no explanation are those of
 * bash-lambda-layer; TRACEPARENT, TRACESTATE and BAGGAGE are OpenTelemetry's. All values are ASCII, because the driver
 * counts characters.
 */
export function contextOf({
  id,
  deadline,
  functionArn,
  traceId,
  clientContext,
  identity,
  tenantId,
  traceContext,
}: Invocation): Readonly<Record<string, string>> {
  const context: Record<string, string> = {
    AWS_LAMBDA_REQUEST_ID: ascii(id),
    AWS_LAMBDA_DEADLINE_MS: String(deadline),
    AWS_LAMBDA_FUNCTION_ARN: ascii(functionArn),
  }
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined) context[name] = ascii(value)
  }
  set('AWS_LAMBDA_TRACE_ID', traceId)
  set('_X_AMZN_TRACE_ID', traceId)
  set('AWS_LAMBDA_CLIENT_CONTEXT', clientContext && asciiJson(clientContext))
  set('AWS_LAMBDA_COGNITO_IDENTITY', identity && asciiJson(JSON.stringify(identity)))
  set('AWS_LAMBDA_TENANT_ID', tenantId)
  set('TRACEPARENT', traceContext?.traceparent)
  set('TRACESTATE', traceContext?.tracestate)
  set('BAGGAGE', traceContext?.baggage)
  return context
}

/** The platform sends only ASCII; should other characters occur, they are encoded as in a URL. */
function ascii(value: string): string {
  return isPlain.test(value)
    ? value
    : value.replaceAll(/[^ -~]/gu, (character) => encodeURIComponent(character.isWellFormed() ? character : '\ufffd'))
}

/** The same JSON with escapes for non-ASCII characters. */
function asciiJson(json: string): string {
  return isPlain.test(json)
    ? json
    : json.replaceAll(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const isPlain = /^[ -~]*$/
