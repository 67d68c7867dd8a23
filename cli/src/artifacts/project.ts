import { loadConfig } from '@anyhandler/core/host'
import type { Config } from '@anyhandler/core/host'
import { selection } from './selection.ts'
import type { Selection } from './selection.ts'

/** A folder of handlers, and what its configuration says. */
export interface Project {
  /** Absolute, symlinks resolved. */
  readonly root: string
  readonly config: Config
  /** The rules for packed files. */
  readonly selection: Selection
}

/**
 * @param exclude patterns of further excluded files
 * @throws HostError when the configuration is wrong
 */
export async function openProject(root: string, exclude?: readonly string[]): Promise<Project> {
  return projectOf(root, await loadConfig(root), exclude)
}

export function projectOf(root: string, config: Config, exclude?: readonly string[]): Project {
  return { root, config, selection: selection(root, config, exclude) }
}

/** Files that this command writes into the working directory. */
export const artifactNames = {
  layer: 'anyhandler-layer.zip',
  function: 'function.zip',
  image: 'anyhandler-image',
} as const
