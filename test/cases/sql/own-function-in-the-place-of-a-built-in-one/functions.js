export default (db) => {
  db.function('uuid', () => 'mine')
}
