export default (db) => {
  db.function('slug', { deterministic: true }, (text) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'))
  db.function('double', (n) => n * 2)
  db.function('even', (n) => n % 2 === 0)
  db.function('fail', (text) => {
    throw new RangeError(text)
  })
  class NotFound extends Error {}
  db.function('find', () => {
    throw new NotFound('no such thing')
  })
  db.aggregate('longest', { start: '', step: (best, text) => (text.length > best.length ? text : best) })
}
