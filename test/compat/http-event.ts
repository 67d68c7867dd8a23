/** A request as an HTTP API sends it, in its format 2.0. */
export function httpEvent(method: string, path: string, body?: unknown): { readonly text: string } {
  const [rawPath = '', rawQueryString = ''] = path.split('?')
  return {
    text: JSON.stringify({
      version: '2.0',
      routeKey: '$default',
      rawPath,
      rawQueryString,
      headers: { host: 'example.org', 'content-type': 'application/json', 'x-forwarded-proto': 'https' },
      queryStringParameters: Object.fromEntries(new URLSearchParams(rawQueryString)),
      requestContext: {
        accountId: '1',
        apiId: 'a',
        domainName: 'example.org',
        http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
        requestId: 'r',
        routeKey: '$default',
        stage: '$default',
        time: '23/Nov/2026:08:00:00 +0000',
        timeEpoch: 1_795_420_800_000,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      isBase64Encoded: false,
    }),
  }
}
