/** The global `awslambda`: lets a handler stream, and gives access to the running event. */

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming')
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark')
const CONTENT_TYPE = 'application/vnd.awslambda.http-integration-response'
const DELIMITER = new Uint8Array(8)
const PROTECTED_KEYS = {
  REQUEST_ID: Symbol.for('_AWS_LAMBDA_REQUEST_ID'),
  X_RAY_TRACE_ID: Symbol.for('_AWS_LAMBDA_X_RAY_TRACE_ID'),
  TENANT_ID: Symbol.for('_AWS_LAMBDA_TENANT_ID'),
}

/** As `@aws/lambda-invoke-store` has it: loggers and tracers that use that package find this one in its place. */
class InvokeStore {
  static PROTECTED_KEYS = PROTECTED_KEYS
  #local

  /** @param local an AsyncLocalStorage when several events run at the same time; else the last event's context stays */
  constructor(local) {
    this.#local = local ?? {
      store: undefined,
      getStore: () => this.#local.store,
      run: (store, call) => this.#become(store, call),
    }
  }

  #become(store, call) {
    this.#local.store = store
    return call()
  }

  getContext() {
    return this.#local.getStore()
  }

  hasContext() {
    return this.#local.getStore() !== undefined
  }

  get(key) {
    return this.#local.getStore()?.[key]
  }

  set(key, value) {
    if (Object.values(PROTECTED_KEYS).includes(key)) {
      throw new Error(`Cannot modify protected Lambda context field: ${String(key)}`)
    }
    const store = this.#local.getStore()
    if (store) store[key] = value
    else if ('store' in this.#local) this.#local.store = { [key]: value }
    else throw new Error('No context available')
  }

  run(context, call) {
    return this.#local.run(context, call)
  }

  getRequestId() {
    return this.get(PROTECTED_KEYS.REQUEST_ID) ?? '-'
  }

  getXRayTraceId() {
    return this.get(PROTECTED_KEYS.X_RAY_TRACE_ID)
  }

  getTenantId() {
    return this.get(PROTECTED_KEYS.TENANT_ID)
  }
}

/** The data of an event in the store. */
function contextOf({ requestId, traceId }) {
  return { [PROTECTED_KEYS.REQUEST_ID]: requestId, [PROTECTED_KEYS.X_RAY_TRACE_ID]: traceId }
}

/** Makes the global object, unless the function says that it wants none. @returns the store */
function defineGlobal(local) {
  const store = new InvokeStore(local)
  if (!['1', 'true'].includes(process.env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA)) {
    globalThis.awslambda = { InvokeStore: store, streamifyResponse, HttpResponseStream }
  }
  return store
}

function streamifyResponse(handler, options) {
  handler[STREAMING] = 'response'
  if (typeof options?.highWaterMark === 'number') handler[HIGH_WATER_MARK] = Math.trunc(options.highWaterMark)
  return handler
}

/** Status and headers in front of a stream. */
class HttpResponseStream {
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

module.exports = { contextOf, defineGlobal }
