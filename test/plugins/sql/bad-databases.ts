import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import Database from 'better-sqlite3'

/** A file that is no database: how it is made, and what is said of it after its name. */
export interface BadDatabase {
  readonly title: string
  make(path: string): void
  readonly problem: string
  /** It is a new database where it can be written. */
  readonly newOutside?: boolean
}

export const badDatabases: readonly BadDatabase[] = [
  {
    title: 'a Git LFS pointer',
    make: (path) => writeFileSync(path, 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n'),
    problem: 'is a Git LFS pointer and not the file itself; run git lfs pull before it is packed',
  },
  {
    title: 'a gzipped file',
    make: (path) => writeFileSync(path, gzipSync('SQLite format 3\0')),
    problem: 'is compressed; unpack it with gunzip and ship the result',
  },
  {
    title: 'a folder',
    make: (path) => mkdirSync(join(path, 'inside'), { recursive: true }),
    problem: 'is a folder; name the file in it',
  },
  {
    title: 'an empty file',
    make: (path) => writeFileSync(path, ''),
    problem: 'is empty, and is opened read-only; check the program that creates it, and pack it again',
    newOutside: true,
  },
  {
    title: 'a file that is cut off',
    make: (path) => {
      writeDatabase(path)
      truncateSync(path, 6000)
    },
    problem: 'is cut off: it has 6000 bytes, and its header says ',
  },
  {
    title: 'a file that is cut off in its header',
    make: (path) => {
      writeDatabase(path)
      truncateSync(path, 50)
    },
    problem: 'is cut off: it is shorter than the header of a database; copy it again',
  },
  {
    title: 'a file of another kind',
    make: (path) => writeFileSync(path, 'id,name\n1,Ann\n'),
    problem: String.raw`is not a SQLite database: it begins with "id,name\n1,Ann\n"; check whether it is encrypted or is another kind of file`,
  },
]

export function writeDatabase(path: string): void {
  const db = new Database(path)
  db.exec(
    "CREATE TABLE t (n INTEGER PRIMARY KEY, s TEXT); INSERT INTO t VALUES (1, 'one'), (2, printf('%.*c', 20000, 'x'))",
  )
  db.close()
}
