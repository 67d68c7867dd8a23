import { connect } from 'node:net'

const base = '/2018-06-01/runtime/invocation'
const idName = 'Lambda-Runtime-Aws-Request-Id: '

/** @param {(event: string, respond: (answer: string) => void) => void} handle */
export function serve(handle) {
  const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':')
  const next = `GET ${base}/next HTTP/1.1\r\nhost: ${host}\r\n\r\n`
  let socket
  function take(size, buffer) {
    const text = buffer.latin1Slice(0, size)
    const at = text.indexOf(idName)
    if (at < 0) {
      // The answer is accepted.
      socket.write(next, 'latin1')
      return true
    }
    const id = text.slice(at + idName.length, text.indexOf('\r\n', at))
    handle(text.slice(text.indexOf('\r\n\r\n') + 4), (answer) => {
      socket.write(
        `POST ${base}/${id}/response HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`,
        'latin1',
      )
    })
    return true
  }
  socket = connect({ host, port: Number(port), onread: { buffer: Buffer.alloc(65_536), callback: take } })
  socket.setNoDelay(true)
  socket.write(next, 'latin1')
}
