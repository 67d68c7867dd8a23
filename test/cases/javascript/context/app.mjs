/** What a handler is told. */
export const handler = async (_event, context) => {
  const remaining = context.getRemainingTimeInMillis()
  const store = globalThis.awslambda?.InvokeStore
  return {
    context,
    keys: Object.keys(context),
    remaining: typeof remaining === 'number' && remaining > 0 && remaining <= 30_000,
    undefineds: Object.keys(context).filter((key) => context[key] === undefined),
    prototype: Object.getPrototypeOf(context) === Object.prototype,
    traceId: process.env._X_AMZN_TRACE_ID ?? null,
    hasTraceId: '_X_AMZN_TRACE_ID' in process.env,
    listed: Object.keys(process.env).includes('_X_AMZN_TRACE_ID'),
    store: store && {
      request: store.getRequestId(),
      trace: store.getXRayTraceId(),
      tenant: store.getTenantId(),
      has: store.hasContext(),
    },
    globals: Object.keys(globalThis.awslambda ?? {}).toSorted(),
    gc: typeof globalThis.gc,
    folder: process.cwd() === process.env.LAMBDA_TASK_ROOT,
    arguments: arguments_(...[_event, context]),
    handler: process.env._HANDLER,
  }
}

const arguments_ = (...all) => all.length

export function count() {
  return Promise.resolve([arguments.length])
}

export const stored = async (event) => {
  const { InvokeStore } = globalThis.awslambda
  InvokeStore.set('own', event)
  await null
  let refused
  try {
    InvokeStore.set(Symbol.for('_AWS_LAMBDA_REQUEST_ID'), 'other')
  } catch (error) {
    refused = error.message
  }
  return [InvokeStore.get('own'), InvokeStore.getContext().own, refused]
}

export const changed = async (event) => {
  process.env._X_AMZN_TRACE_ID = 'own'
  process.env.COUNTER = Number(process.env.COUNTER ?? 0) + 1
  const seen = [process.env._X_AMZN_TRACE_ID, process.env.COUNTER, typeof process.env.COUNTER]
  delete process.env._X_AMZN_TRACE_ID
  const { execFileSync } = await import('node:child_process')
  const inherited = execFileSync('sh', ['-c', 'echo "${_X_AMZN_TRACE_ID-none} $COUNTER"'], { encoding: 'utf8' })
  return [event, ...seen, process.env._X_AMZN_TRACE_ID ?? null, inherited]
}
