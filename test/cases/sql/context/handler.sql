SELECT context('requestId') AS id, context('awsRequestId') = context('requestId') AS same, context('functionArn') AS arn, context('deadlineMs') AS deadline,
  context('remainingMs') > 0 AS left, context('traceId') AS trace, context('tenantId') AS tenant, context('traceparent') AS parent,
  context('functionName') AS name, context('functionVersion') AS version, context('memoryLimitInMB') AS memory, context('logGroupName') AS "group";
