import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'

/** Comment at the end of each zip that this program writes, by which it knows it again under any name. */
export const zipComment = 'anyhandler'

/** First words of each Dockerfile that this program writes. */
export const signature = '# Made by anyhandler build image'

export function isOwnZip(file: string): boolean {
  const length = zipComment.length
  try {
    const descriptor = openSync(file, 'r')
    try {
      const end = Buffer.alloc(length)
      readSync(descriptor, end, 0, length, Math.max(0, fstatSync(descriptor).size - length))
      return end.toString('latin1') === zipComment
    } finally {
      closeSync(descriptor)
    }
  } catch {
    // What can't be read is said elsewhere.
    return false
  }
}

export function isOwnImage(folder: string): boolean {
  const file = join(folder, 'Dockerfile')
  try {
    return existsSync(file) && readFileSync(file, 'utf8').startsWith(signature)
  } catch {
    return false
  }
}
