import { readFileSync, statSync } from 'node:fs'
import { BuildError } from './build-error.ts'

/** A file of an artifact. */
export interface TreeFile {
  readonly path: string
  readonly executable: boolean
  /** In bytes. */
  readonly size: number
  read(): Buffer
}

/**
 * The content of a zip or a folder: files only, by path with `/`, sorted, without owner, time or mode except the
 * execute bit.
 */
export class FileTree {
  readonly #files = new Map<string, TreeFile>()

  /** @throws BuildError when the path is taken by another file */
  add(
    path: string,
    content: string | Uint8Array,
    { executable = false }: { readonly executable?: boolean } = {},
  ): void {
    const bytes = Buffer.from(content)
    this.#put({ path, executable, size: bytes.length, read: () => bytes })
  }

  /** A file of this machine, read on demand; it keeps its execute bit, unless set otherwise. */
  addFile(path: string, file: string, { executable }: { readonly executable?: boolean } = {}): void {
    const { size, mode } = statSync(file)
    this.#put({ path, executable: executable ?? (mode & 0o111) !== 0, size, read: () => readFileSync(file) })
  }

  /** Puts another tree's files below a folder; `''` is the root. */
  addTree(folder: string, tree: FileTree): void {
    for (const file of tree.files()) this.#put({ ...file, path: folder === '' ? file.path : `${folder}/${file.path}` })
  }

  has(path: string): boolean {
    return this.#files.has(path)
  }

  /** By path, in the order of their bytes, the same on every machine. */
  files(): readonly TreeFile[] {
    return [...this.#files.values()].toSorted((one, other) =>
      Buffer.compare(Buffer.from(one.path), Buffer.from(other.path)),
    )
  }

  /** In bytes, as unpacked. */
  get size(): number {
    return [...this.#files.values()].reduce((sum, file) => sum + file.size, 0)
  }

  #put(file: TreeFile): void {
    const { path } = file
    if (this.#files.has(path)) {
      throw new BuildError({ at: path, problem: `${path} would be packed twice`, cure: 'rename one of the two files' })
    }
    this.#files.set(path, file)
  }
}
