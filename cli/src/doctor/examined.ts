import { extname } from 'node:path'
import type { Language } from '@anyhandler/core/host'
import type { FileTree, TreeFile } from '../artifacts/file-tree.ts'
import type { ProjectFiles } from '../artifacts/project-files.ts'
import type { Project } from '../artifacts/project.ts'
import type { Architecture } from '../artifacts/target.ts'
import type { Finding } from './finding.ts'
import type { Platform } from './platform.ts'

/** The input of the checks. */
export interface Examined {
  readonly project: Project
  /** Those that the configuration leaves; none when it is wrong. */
  readonly languages: readonly Language[]
  /** The project's own files. */
  readonly files: ProjectFiles
  /** These files and those of the included packages. */
  readonly packed: FileTree
  /** True if the build installs the packages in `requirements.txt` or a similar file. */
  readonly declared: { readonly python: boolean }
  readonly platform: Platform
  readonly arch: Architecture
  /** Handler names given by hand, besides those that are found. */
  readonly handlers: readonly string[]
  /** The zip goes to Lambda by way of S3. */
  readonly viaS3: boolean
}

/** One kind of fault. */
export type Check = (examined: Examined) => readonly Finding[] | Promise<readonly Finding[]>

/** How much of a file is looked at for text: a script's head is at its beginning, and large files are data. */
const textLimit = 2 ** 20

/** A file's text, up to the checked length; empty for a binary file. */
export function textOf(file: TreeFile): string {
  if (file.size > textLimit) return ''
  const bytes = file.read()
  return bytes.includes(0) ? '' : bytes.toString('utf8')
}

/** The language that runs a file, by its extension. */
export function languageOf(path: string, { languages }: Examined): Language | undefined {
  return languages.find(({ extensions }) => extensions.includes(extname(path)))
}

/** Whether the kernel itself starts a file: it may be executed, and no language reads it. */
export function isProgram(file: TreeFile, examined: Examined): boolean {
  return file.executable && languageOf(file.path, examined) === undefined
}
