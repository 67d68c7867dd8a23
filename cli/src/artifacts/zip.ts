import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'
import type { FileTree } from './file-tree.ts'
import { zipComment } from './own-artifact.ts'

/**
 * The earliest time that a zip can say. In local time, as the format has it: the bytes are the same in every time zone.
 */
const mtime = new Date(1980, 0, 1)
const regularFile = 0o100_000

/**
 * A zip of a tree: sorted entries, one fixed time, no owner; the mode carries the execute bit. The same files give the
 * same bytes, as long as the same zlib, which is Node's own, compresses them.
 */
export async function zip(tree: FileTree): Promise<Buffer> {
  const archive = new ZipFile()
  for (const file of tree.files()) {
    const mode = regularFile | (file.executable ? 0o755 : 0o644)
    archive.addBuffer(file.read(), file.path, { mtime, mode, forceDosTimestamp: true })
  }
  archive.end({ comment: zipComment, forceZip64Format: false })
  return buffer(archive.outputStream)
}
