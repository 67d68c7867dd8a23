import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { FileTree } from '../../cli/src/artifacts/file-tree.ts'

/** Writes an artifact's files as Lambda unpacks them, without the zip, which takes most of a build's time. */
export function writeTree(tree: FileTree, folder: string): void {
  for (const { path, executable, read } of tree.files()) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 })
    writeFileSync(file, read())
    chmodSync(file, executable ? 0o755 : 0o644)
  }
}
