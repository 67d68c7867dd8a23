import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'

/** The reason why a file can't be a database. */
export interface DatabaseFault {
  /** Continues the sentence after the file's name: `is a Git LFS pointer, …`. */
  readonly problem: string
  readonly cure: string
}

const magic = 'SQLite format 3\0'
/** First bytes of compressed files, as latin1. */
const packed: readonly (readonly [beginning: string, program: string])[] = [
  ['\x1f\x8b', 'gunzip'],
  ['PK\x03\x04', 'unzip'],
  ['\x28\xb5\x2f\xfd', 'unzstd'],
  ['\xfd7zXZ\0', 'unxz'],
  ['BZh', 'bunzip2'],
]

/**
 * Checks an existing file before SQLite opens it: SQLite calls most of these `file is not a database`, and doesn't
 * notice some.
 * @param readonly True if it can't be written: an empty file is then no new database.
 */
export function databaseFault(path: string, readonly: boolean): DatabaseFault | undefined {
  const stat = statSync(path)
  if (stat.isDirectory()) return { problem: 'is a folder', cure: 'name the file in it' }
  if (!stat.isFile()) return { problem: 'is not a file but a device, a pipe or a socket', cure: 'name a file' }
  if (stat.size === 0)
    return readonly
      ? { problem: 'is empty, and is opened read-only', cure: 'check the program that creates it, and pack it again' }
      : undefined
  let header: Buffer
  try {
    header = beginningOf(path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'EACCES'
      ? { problem: "can't be read: permission denied", cure: 'run chmod 644 on it before it is packed' }
      : { problem: `can't be read: ${message}`, cure: 'check that it exists and is complete' }
  }
  return notADatabase(header) ?? cutOff(path, header, stat.size)
}

function notADatabase(header: Buffer): DatabaseFault | undefined {
  const text = header.toString('latin1')
  if (text.startsWith(magic)) return undefined
  if (text.startsWith('version https://git-lfs'))
    return { problem: 'is a Git LFS pointer and not the file itself', cure: 'run git lfs pull before it is packed' }
  const program = packed.find(([beginning]) => text.startsWith(beginning))?.[1]
  if (program !== undefined) return { problem: 'is compressed', cure: `unpack it with ${program} and ship the result` }
  if (magic.startsWith(text)) return tooShort
  const beginning = JSON.stringify(text.slice(0, 16))
  return {
    problem: `is not a SQLite database: it begins with ${beginning}`,
    cure: `check whether it is encrypted or is another kind of file; sqlite3 data.db < script makes a database from a SQL script`,
  }
}

const tooShort: DatabaseFault = {
  problem: 'is cut off: it is shorter than the header of a database',
  cure: 'copy it again',
}

/** The header has the number of pages, if the last writer set it; a journal or a WAL may contain the rest. */
function cutOff(path: string, header: Buffer, size: number): DatabaseFault | undefined {
  if (header.length < 100) return tooShort
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16)
  const known = header.readUInt32BE(24) === header.readUInt32BE(92) ? header.readUInt32BE(28) : 1
  const whole = Math.max(1, known) * pageSize
  if (size >= whole || existsSync(`${path}-journal`) || existsSync(`${path}-wal`)) return undefined
  return { problem: `is cut off: it has ${size} bytes, and its header says ${whole}`, cure: 'copy it again' }
}

function beginningOf(path: string): Buffer {
  const file = openSync(path, 'r')
  try {
    const header = Buffer.alloc(100)
    return header.subarray(0, readSync(file, header, 0, 100, 0))
  } finally {
    closeSync(file)
  }
}
