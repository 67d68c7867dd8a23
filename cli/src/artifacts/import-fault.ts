import { dirname, join, relative, resolve } from 'node:path'
import type { BuildFailure } from 'esbuild'
import { BuildError } from './build-error.ts'
import { installedFolder } from './package-folder.ts'

/**
 * The first fault of a failed build: an import that leads nowhere, or a file that can't be read.
 *
 * @param root the folder that esbuild's places are relative to
 * @param shownFrom the folder that the sentence's places are relative to
 * @param whose begins the sentence, such as `plugin 'awk': `
 */
export function importFault(failure: BuildFailure, root: string, shownFrom: string, whose: string): BuildError {
  const [fault] = failure.errors
  if (!fault?.location) return new BuildError({ problem: `${whose}${failure.message}`, cause: failure })
  const { file, line } = fault.location
  const place = `${relative(shownFrom, resolve(root, file))}:${line}`
  const wanted = unresolved.exec(fault.text)?.groups?.['specifier']
  if (wanted === undefined) {
    const problem = `${whose}${place} can't be read: ${fault.text}`
    return new BuildError({ problem, cure: 'correct it there', cause: failure })
  }
  return new BuildError({
    problem: `${whose}${place} imports '${wanted}', which can't be found`,
    cure: cureOf(wanted, dirname(resolve(root, file))),
    cause: failure,
  })
}

/** An error of esbuild's own, with a list of faults. */
export function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
}

const unresolved = /^Could not resolve "(?<specifier>.+)"$/

function cureOf(specifier: string, from: string): string {
  if (specifier.startsWith('.')) return `correct the path, or put the file at ${join(from, specifier)}`
  const name = packageName(specifier)
  return installedFolder(name, from) === undefined
    ? `run 'npm install ${name}', or correct the import`
    : `correct the import, or install a version of ${name} that has it`
}

/** `@scope/name` of `@scope/name/sub/path`. */
export function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
