import { basename, normalize } from 'node:path'
import { loadConfig } from '@anyhandler/core/host'
import type { Config } from '@anyhandler/core/host'

/** A folder of handlers, and what its configuration says. */
export interface Project {
  /** Absolute, symlinks resolved. */
  readonly root: string
  readonly config: Config
}

/** @throws HostError when the configuration is wrong */
export async function openProject(root: string): Promise<Project> {
  return { root, config: await loadConfig(root) }
}

/** What this command writes where it is called. */
export const artifactNames = {
  layer: 'anyhandler-layer.zip',
  function: 'function.zip',
  image: 'anyhandler-image',
} as const

/** In the project's own folder: packages are packed as far as they are needed, and what was built is not built in again. */
const leftOutAtTop: readonly string[] = ['node_modules', ...Object.values(artifactNames)]

/**
 * Whether a file or folder of the project is left out of the function: what belongs to the desk (hidden files, caches, artifacts). A hidden folder
 * that the configuration names, a virtual environment for instance, is packed.
 *
 * @param path relative to the project, with `/`
 */
export function isLeftOut({ config }: Project, path: string): boolean {
  const name = basename(path)
  if (leftOutAtTop.includes(path) || name === '__pycache__') return true
  return (
    name.startsWith('.') &&
    !hiddenFolders(config).some(
      (folder) => folder === path || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`),
    )
  )
}

function hiddenFolders(config: Config): string[] {
  const options = Object.values(config.plugins).map((entry) => entry && entry.options)
  // Getters of a script, which may throw, are not asked.
  const values = options.flatMap((value) =>
    typeof value === 'object' && value !== null ? Object.values(Object.getOwnPropertyDescriptors(value)) : [],
  )
  return values.flatMap(({ value }) =>
    typeof value === 'string' && value.startsWith('.') ? normalize(value).replace(/\/+$/, '') : [],
  )
}
