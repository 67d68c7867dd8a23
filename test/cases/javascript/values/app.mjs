/** What a handler may give back. */
class Money {
  constructor(amount) {
    this.amount = amount
  }
  toJSON() {
    return `${this.amount} EUR`
  }
}
const cycle = { name: 'cycle' }
cycle.self = cycle

export const VALUES = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  zero: () => 0,
  minus_zero: () => -0,
  large_number: () => 1e21,
  small_number: () => 1e-7,
  not_a_number: () => NaN,
  infinity: () => Infinity,
  empty_text: () => '',
  text: () => 'plain "quoted" \\ text\n\t\r\b\f\0\u001f\u007f',
  unicode: () => 'é日本🎉\u2028\u2029\ufeff',
  half_a_pair: () => 'a\ud83cb',
  empty_list: () => [],
  sparse_list: () => [1, , 3, undefined, () => 1],
  empty_object: () => ({}),
  nested: () => ({ a: { b: [1, 2, { c: null }] } }),
  order: () => ({ b: 1, a: 2, 10: 3, 9: 4 }),
  undefined_property: () => ({ a: undefined, b: () => 1, c: Symbol('c'), d: 1 }),
  date: () => new Date(0),
  invalid_date: () => ({ date: new Date(NaN) }),
  map: () => new Map([[1, 2]]),
  set: () => new Set([1]),
  to_json: () => ({ price: new Money(3) }),
  buffer: () => Buffer.from('bytes'),
  typed_array: () => new Uint8Array([1, 2, 3]),
  array_buffer: () => new ArrayBuffer(2),
  error: () => new TypeError('as a value'),
  boxed: () => [Object(1), Object('text'), Object(true)],
  regexp: () => /a/g,
  bigint: () => 10n,
  nested_bigint: () => ({ a: [10n] }),
  cycle: () => cycle,
  to_json_throws: () => ({
    toJSON() {
      throw new RangeError('no JSON of me')
    },
  }),
  getter_throws: () => ({
    get a() {
      throw new RangeError('no value of me')
    },
  }),
  promise: () => Promise.resolve({ inner: Promise.resolve(1) }),
  thenable: () => ({ then: (resolve) => resolve('from a thenable') }),
  proxy: () => new Proxy({ a: 1 }, { get: (target, key) => (key === 'a' ? 2 : target[key]) }),
  null_prototype: () => Object.assign(Object.create(null), { a: 1 }),
  generator: () => (function* () {})(),
  http: () => ({ statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'hello', cookies: ['a=b'] }),
  long_text: () => 'ä'.repeat(300_000),
}

export const handler = async (name) => VALUES[name]()
export const plain = (name) => VALUES[name]()
export const echo = async (event) => event
export const described = async (event) => [typeof event, JSON.stringify(event)?.length ?? 0]
