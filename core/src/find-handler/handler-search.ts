import { statSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { extname, join } from 'node:path'
import { HostError, messageOf } from '../errors.ts'
import type { Language } from '../language.ts'
import { quote } from '../wording.ts'

/** A file that fits a name. */
export interface Find {
  readonly language: Language
  /** Path relative to the task root. */
  readonly file: string
  readonly function?: string
}

/** The rules that search files: each returns all matching files. */
export class HandlerSearch {
  /** Every searched path, in order. */
  readonly tried: string[] = []
  readonly #taskRoot: string
  readonly #languages: readonly Language[]

  constructor(taskRoot: string, languages: readonly Language[]) {
    this.#taskRoot = taskRoot
    this.#languages = languages
  }

  /** The file itself: by its extension, else as an executable. Other files are not found. */
  exact(path: string): readonly Find[] {
    const file = this.#file(path)
    if (!file) return []
    const extension = extname(path)
    const byExtension = this.#languages.filter((language) => language.extensions.includes(extension))
    const languages =
      isExecutable(file) && byExtension.every((language) => language.yields)
        ? [...this.#languages.filter((language) => language.executables), ...byExtension]
        : byExtension
    return languages.map((language) => ({ language, file: path }))
  }

  withExtension(path: string): readonly Find[] {
    const languages = this.#languages.filter((language) => !language.needsFunction)
    return languages.flatMap((language) => this.#filesOf(language, path).map((file) => ({ language, file })))
  }

  /**
   * `app.handler` is the function `handler` in `app.sh`. Depending on the language, further dots belong to the file's
   * name, separate folders, or belong to the function's name.
   */
  withFunction(path: string): readonly Find[] {
    return this.#languages.flatMap((language) => {
      const split = splitFunction(path, language)
      if (!split) return []
      const base = language.dottedModules ? asFolders(split.stem) : split.stem
      return base === undefined
        ? []
        : this.#filesOf(language, base).map((file) => ({ language, file, function: split.name }))
    })
  }

  #filesOf({ extensions, folderModule, prefersFirst }: Language, base: string): string[] {
    const filesAt = (candidate: string): string[] =>
      extensions.map((extension) => candidate + extension).filter((path) => this.#file(path))
    const files = filesAt(base)
    const folder = folderModule === undefined ? [] : filesAt(`${base}/${folderModule}`)
    const found = folder.length > 0 ? folder : files
    return prefersFirst ? found.slice(0, 1) : found
  }

  #file(path: string): Stats | undefined {
    this.tried.push(path)
    try {
      const stats = statSync(join(this.#taskRoot, path), { throwIfNoEntry: false })
      return stats?.isFile() ? stats : undefined
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EACCES') return undefined
      throw new HostError('Runtime.ImportModuleError', {
        problem: `${quote(path)} can't be read: ${messageOf(error)}`,
        cure: 'its folders need read and search permission',
        cause: error,
      })
    }
  }
}

function isExecutable(file: Stats): boolean {
  return (file.mode & 0o111) !== 0
}

/** `app.handler` → `app` and `handler`. */
function splitFunction(
  path: string,
  { functions = 'last-dot' }: Language,
): { readonly stem: string; readonly name: string } | undefined {
  if (functions === 'none') return undefined
  const folder = path.lastIndexOf('/') + 1
  const dot = functions === 'first-dot' ? path.indexOf('.', folder + 1) : path.lastIndexOf('.')
  const name = path.slice(dot + 1)
  const stem = path.slice(0, Math.max(dot, 0))
  return name === '' || name.includes('/') || stem === '' || stem.endsWith('/') ? undefined : { stem, name }
}

/** `pkg.mod` → `pkg/mod`; undefined for an empty part, as in `.mod` or `a..b`. */
function asFolders(stem: string): string | undefined {
  const parts = stem.split(/[./]/)
  return parts.includes('') ? undefined : parts.join('/')
}
