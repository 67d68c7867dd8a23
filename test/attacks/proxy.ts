import { createServer, connect } from 'node:net'
import type { AddressInfo, Server } from 'node:net'

/**
 * Passes everything on to a Runtime API, and puts other bytes, of the same length, in place of some that it answers.
 */
export async function startProxy(address: string, [from, to]: readonly [string, string]): Promise<Server> {
  const [host, port] = address.split(':')
  const server = createServer((client) => {
    const upstream = connect(Number(port), host)
    client.pipe(upstream)
    upstream.on('data', (bytes) => client.write(bytes.toString('latin1').replaceAll(from, to), 'latin1'))
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => {}).on('close', () => other.destroy())
    }
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return server
}

export function addressOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}
