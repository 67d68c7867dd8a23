import { createHash } from 'node:crypto'
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
    // Unreadable files are reported elsewhere.
    return false
  }
}

const seal = /^# Checksum: (?<sum>[0-9a-f]{64})\n/m

/** Puts a checksum behind the first line, by which an edited file is known. */
export function sealed(text: string): string {
  return text.replace('\n', `\n# Checksum: ${sumOf(text)}\n`)
}

/** Whether a text is as {@link sealed} made it. */
export function isSealed(text: string): boolean {
  return seal.exec(text)?.groups?.['sum'] === sumOf(text.replace(seal, ''))
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Templates that this program writes. A file of such a name may also be a handler's data. */
const templates: ReadonlySet<string> = new Set([
  'template.yaml',
  'serverless.yml',
  'anyhandler.tf',
  'anyhandler-cdk.mjs',
])
/** Each of them has this name. */
const inTemplates = 'anyhandler-layer.zip'

/** @param path relative to the project */
export function isOwnTemplate(path: string, root: string): boolean {
  try {
    return templates.has(path) && readFileSync(join(root, path), 'utf8').includes(inTemplates)
  } catch {
    // Unreadable files are reported elsewhere.
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
