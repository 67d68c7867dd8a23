import type { Duplex } from 'node:stream'
import { refusals } from './refusals.ts'

/**
 * Answers a request that Node's parser rejected. A peer that closed only its side in the middle of a body still reads
 * the answer.
 */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const { errorType, errorMessage } = refusals.truncated
  const body = error.code === 'HPE_INVALID_EOF_STATE' ? JSON.stringify({ errorMessage, errorType }) : '400 Bad Request'
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
