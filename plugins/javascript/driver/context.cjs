/** The second argument of a handler. */

/** @param fields of the `context` frame */
function makeContext(fields) {
  const { env } = process
  const deadline = Number(fields.deadlineMs)
  return {
    clientContext: clientContext(fields),
    identity: fields.identity && JSON.parse(fields.identity),
    invokedFunctionArn: fields.functionArn,
    awsRequestId: fields.requestId,
    tenantId: fields.tenantId,
    xRayTraceId: fields.traceId,
    getRemainingTimeInMillis: () => deadline - Date.now(),
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
  }
}

/** The host has taken the trace context of W3C out of it; AWS's client for Node leaves it there. */
function clientContext({ clientContext: text, traceparent, tracestate, baggage }) {
  const context = text && JSON.parse(text)
  if (traceparent === undefined) return context
  const w3c = {
    traceparent,
    ...(tracestate !== undefined && { tracestate }),
    ...(baggage !== undefined && { baggage }),
  }
  return { ...context, w3c }
}

module.exports = { makeContext }
