/** `awslambda.HttpResponseStream`: status and headers in front of a stream. */

const CONTENT_TYPE = 'application/vnd.awslambda.http-integration-response'
const DELIMITER = new Uint8Array(8)

export class HttpResponseStream {
  /** Writes the prelude before the first bytes of the stream. @returns the stream */
  static from(stream, prelude) {
    stream.setContentType(CONTENT_TYPE)
    const text = JSON.stringify(prelude)
    stream._onBeforeFirstWrite = (write) => {
      write(text)
      write(DELIMITER)
    }
    return stream
  }
}
