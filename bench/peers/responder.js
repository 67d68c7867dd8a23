// Answers without looking, and asks for the next event in the same breath: what the load generator itself can do at
// most.
import { connect } from 'node:net'

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':')
const next = `GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: ${host}\r\n\r\n`
const answer = Buffer.from(
  `POST /2018-06-01/runtime/invocation/8476a536-e9f4-11e8-9739-000000000000/response HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 2\r\n\r\n{}${next}`,
)
const name = Buffer.from('Request-Id: ')
const idAt = answer.indexOf('8476a536')
const idLength = 36

for (let i = 0; i < Number(process.env.AWS_LAMBDA_MAX_CONCURRENCY ?? 1); i++) {
  const socket = connect(Number(port), host)
  socket.setNoDelay(true)
  socket.write(next)
  socket.on('data', (chunk) => {
    const at = chunk.indexOf(name)
    if (at < 0) return
    const out = Buffer.from(answer)
    chunk.copy(out, idAt, at + name.length, at + name.length + idLength)
    socket.write(out)
  })
}
