/** How a handler may fail. */
import assert from 'node:assert'
import vm from 'node:vm'

class OrderError extends Error {
  constructor(message) {
    super(message)
    this.name = 'OrderError'
    this.orderId = 17
    this.details = { lines: [1, 2] }
  }
}
class Unnamed extends Error {}
const changed = (changes, message = 'changed') => Object.assign(new Error(message), changes)
const defined = (key, descriptor) => Object.defineProperty(new Error('defined'), key, descriptor)
const raise = (value) => {
  throw value
}

export const WAYS = {
  error: () => raise(new Error('plain')),
  type_error: () => null.property,
  reference_error: () => notThere,
  range_error: () => new Array(-1),
  syntax_error: () => JSON.parse('{'),
  custom: () => raise(new OrderError('no such order')),
  unnamed_class: () => raise(new Unnamed('of a class without a name')),
  code: () => raise(changed({ code: 'ENOENT', errno: -2 })),
  system: () => import('node:fs').then((fs) => fs.readFileSync('/not/there')),
  cause: () => raise(new Error('outer', { cause: new TypeError('inner') })),
  aggregate: () => Promise.any([Promise.reject(new Error('one')), Promise.reject(new Error('two'))]),
  assertion: () => assert.strictEqual(1, 2),
  text: () => raise('only text'),
  number: () => raise(17),
  null: () => raise(null),
  undefined: () => raise(undefined),
  object: () => raise({ message: 'like an error', name: 'LikeError' }),
  list: () => raise([1, 2]),
  symbol: () => raise(Symbol('a')),
  empty_message: () => raise(new Error('')),
  no_message: () => raise(new Error()),
  lines: () => raise(new Error('first line\nsecond line\r\nthird line')),
  unicode: () => raise(new Error('é日本🎉 \u0085 \ud83c')),
  control: () => raise(new Error('a\x7Fb\0c\x1b[31md')),
  no_stack: () => raise(changed({ stack: undefined })),
  empty_stack: () => raise(changed({ stack: '' })),
  other_stack: () => raise(changed({ stack: 'Error: x\n    at place (file.js:1:2)\n    at <anonymous>\nlast line' })),
  numeric_stack: () => raise(changed({ stack: 17 })),
  numeric_name: () => raise(changed({ name: 17 })),
  empty_name: () => raise(changed({ name: '' })),
  message_getter: () => raise(defined('message', { get: () => raise(new Error('no message for you')) })),
  hidden_property: () => raise(defined('secret', { value: 1, enumerable: false })),
  cyclic_property: () => {
    const error = new Error('with a cycle')
    error.self = { error }
    throw error
  },
  bigint_property: () => raise(changed({ amount: 10n })),
  frozen: () => raise(Object.freeze(new Error('frozen'))),
  dom: () => structuredClone(() => {}),
  aborted: () => raise(AbortSignal.abort().reason),
  other_realm: () => vm.runInNewContext("throw new TypeError('of another realm')"),
  rejected: () => Promise.reject(new Error('rejected')),
  rejected_text: () => Promise.reject('rejected text'),
  thenable: () => ({ then: (_, reject) => reject(new Error('from a thenable')) }),
  later: () => new Promise((_, reject) => setTimeout(() => reject(new Error('later')), 5)),
  long_message: () => raise(new Error('x'.repeat(100_000))),
  deep: () => (function deeper(depth) {
    if (depth === 0) throw new Error('deep')
    deeper(depth - 1)
  })(30),
  stack_overflow: () => (function again() { again() })(),
  unserialisable: () => 10n,
  fine: () => 'fine',
}

export const handler = async (name) => WAYS[name]()
export const plain = (name) => WAYS[name]()

export const crash = async (how) => {
  if (how === 'rejection') Promise.reject(new Error('nobody handles it'))
  if (how === 'rejected text') Promise.reject('nobody handles the text')
  if (how === 'timer') {
    setTimeout(() => raise(new RangeError('in a timer')), 1)
    await new Promise(() => setTimeout(() => {}, 10_000))
  }
  if (how === 'exit') process.exit(3)
  if (how === 'abort') process.abort()
  return how
}
