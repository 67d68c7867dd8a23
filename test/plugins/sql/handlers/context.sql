SELECT context('requestId') requestId, context('deadlineMs') deadlineMs, context('functionArn') functionArn,
  context('traceId') traceId;
