import Database from 'better-sqlite3'

const database = new Database(':memory:')
database.exec('CREATE TABLE seen (n INTEGER)')

export const handler = async ({ n }) => {
  database.prepare('INSERT INTO seen VALUES (?)').run(n)
  return database.prepare('SELECT count(*) events, sum(n) sum FROM seen').get()
}
