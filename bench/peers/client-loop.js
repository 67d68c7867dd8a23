// The host's HTTP client alone: it gives each event back. No plugin, no deadline, no log.
import { openSocketWire } from '../../core/dist/wire/socket.js'

const base = '/2018-06-01/runtime/invocation'
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':')
const next = { method: 'GET', path: `${base}/next`, headers: {} }
const headers = { 'content-type': 'application/json' }
const wire = openSocketWire({ host, port: Number(port) })
for (;;) {
  const event = await wire.request(next)
  const id = event.header('lambda-runtime-aws-request-id')
  await wire.request({ method: 'POST', path: `${base}/${id}/response`, headers, body: event.body })
}
