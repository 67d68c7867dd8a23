import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

/** A server that takes what Sentry's client sends, on 127.0.0.1. */
export async function withSentry<Result>(
  work: (dsn: string, reported: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const reported: string[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts)
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString()
      for (const line of text.split('\n')) {
        const item = line.startsWith('{') ? (JSON.parse(line) as { exception?: { values: { type: string }[] } }) : {}
        for (const { type } of item.exception?.values ?? []) reported.push(type)
      }
      response.end('{}')
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  try {
    const { port } = server.address() as AddressInfo
    return await work(`http://key@127.0.0.1:${port}/1`, reported)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
