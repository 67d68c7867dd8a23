/** The stream of a streaming handler. Loaded when a handler streams. */

const { Writable } = require('node:stream')
const { invalidStreamingOperation } = require('./failures.cjs')

class ResponseStream extends Writable {
  #control
  #contentType = 'application/octet-stream'
  #begun = false
  #headSent = false
  /** Set by `HttpResponseStream.from`. */
  _onBeforeFirstWrite

  constructor(control, highWaterMark) {
    super({ ...(highWaterMark !== undefined && { highWaterMark }) })
    this.#control = control
  }

  setContentType(contentType) {
    if (this.#begun) throw invalidStreamingOperation('Cannot set content-type, too late.')
    this.#contentType = contentType
  }

  /** A value that is neither text nor bytes is written as JSON. */
  write(chunk, ...rest) {
    this.#begin()
    return super.write(isText(chunk) ? chunk : JSON.stringify(chunk), ...rest)
  }

  end(chunk, ...rest) {
    const isChunk = chunk !== undefined && chunk !== null && typeof chunk !== 'function'
    if (!this.writableEnded) this.#begin()
    return super.end(isChunk && !isText(chunk) ? JSON.stringify(chunk) : chunk, ...rest)
  }

  _write(chunk, _encoding, callback) {
    this.#sendHead()
    // An empty part says nothing.
    if (chunk.length === 0) callback()
    else this.#control.sendChunk(chunk, callback)
  }

  _final(callback) {
    this.#sendHead()
    callback()
  }

  #begin() {
    if (this.#begun) return
    this.#begun = true
    this._onBeforeFirstWrite?.((part) => super.write(part))
  }

  /** With the first part, so that a failure before it is an ordinary one. */
  #sendHead() {
    if (this.#headSent) return
    this.#headSent = true
    this.#control.send('head', JSON.stringify({ contentType: this.#contentType, stream: true }))
  }
}

function isText(chunk) {
  return typeof chunk === 'string' || chunk instanceof Uint8Array
}

module.exports = { ResponseStream }
