/** What a handler may log. */
const cycle = { name: 'cycle' }
cycle.self = cycle
class Point {
  x = 1
}
const failure = (message) => Object.assign(new RangeError(message), { code: 'E_RANGE', stack: `RangeError: ${message}\n    at place (file.js:1:2)` })

export const WAYS = {
  levels() {
    for (const level of ['trace', 'debug', 'log', 'info', 'warn', 'error']) console[level](`at ${level}`)
    console.fatal?.('at fatal')
  },
  nothing: () => console.log(),
  empty: () => console.log(''),
  values: () => console.log(1, true, null, undefined, 10n, Symbol('s'), 'text'),
  one_number: () => console.log(17),
  one_null: () => console.log(null),
  one_undefined: () => console.log(undefined),
  one_symbol: () => console.log(Symbol('one')),
  one_bigint: () => console.log(10n),
  one_function: () => console.log(() => 1),
  formats: () => console.log('%s is %d, %i, %f, %j and %o %O %%', 'text', 1.5, 1.5, 1.5, { a: 1 }, [1], { b: { c: {} } }, 'rest'),
  css: () => console.log('%cstyled', 'color: red'),
  object: () => console.log({ a: 1, nested: { deep: { deeper: { deepest: 1 } } } }),
  point: () => console.log(new Point(), new Map([[1, 2]]), new Set([1]), [1, , 3]),
  one_map: () => console.log(new Map([[1, 2]])),
  cycle: () => console.log(cycle),
  cycle_with_more: () => console.log('cycle', cycle),
  nested_bigint: () => console.log({ amount: 10n }),
  to_json: () => console.log({ toJSON: () => ({ replaced: true }) }),
  error: () => console.error(failure('alone')),
  error_with_text: () => console.error('it failed:', failure('behind')),
  two_errors: () => console.warn('both', failure('first'), new TypeError('second')),
  error_inside: () => console.log({ failure: failure('inside') }),
  error_first: () => console.log(failure('first'), 'then text'),
  lines: () => console.log('first\nsecond\r\nthird\n'),
  unicode: () => console.log('é日本🎉\u2028\ud83c'),
  json_text: () => console.log('{"already":"json"}'),
  buffer: () => console.log(Buffer.from('bytes')),
  printed() {
    process.stdout.write('printed without a newline, ')
    process.stdout.write('and with one\n')
    process.stderr.write('to standard error\n')
    console.log('between')
    process.stdout.write('{"printed":"json"}\n')
  },
  table: () => console.table([{ a: 1 }, { a: 2 }]),
  dir: () => console.dir({ a: 1 }),
  group() {
    console.group('group')
    console.log('inside')
    console.groupEnd()
  },
  count: () => (console.count('counter'), console.count('counter'), console.countReset('counter')),
  assert: () => (console.assert(true, 'not shown'), console.assert(false, 'shown %s', 'formatted')),
  taken() {
    const { log, error } = console
    log('taken out')
    error('taken out')
  },
  replaced() {
    const { log } = console
    console.log = (...args) => log('[prefix]', ...args)
    console.log('replaced')
    console.log = log
  },
  long: () => console.log('x'.repeat(100_000)),
  late() {
    setTimeout(() => console.log('after the answer'), 5)
  },
}

console.log('while it is loaded')

export const handler = async (name) => {
  WAYS[name]()
  await new Promise((resolve) => setTimeout(resolve, name === 'late' ? 20 : 0))
  return name
}
