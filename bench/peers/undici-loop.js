// The least that a runtime on undici does: asks for an event, gives it back.
import { Client } from 'undici'

const base = '/2018-06-01/runtime/invocation'
const client = new Client(`http://${process.env.AWS_LAMBDA_RUNTIME_API}`, {
  headersTimeout: 0,
  bodyTimeout: 0,
  pipelining: 1,
})
const headers = { 'content-type': 'application/json' }

for (;;) {
  const { headers: given, body } = await client.request({ method: 'GET', path: `${base}/next` })
  const event = await body.arrayBuffer()
  const id = given['lambda-runtime-aws-request-id']
  const answered = await client.request({
    method: 'POST',
    path: `${base}/${id}/response`,
    headers,
    body: new Uint8Array(event),
  })
  await answered.body.dump()
}
