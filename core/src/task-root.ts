import { sep } from 'node:path'

export interface Place {
  readonly path: string
  readonly folder: string
}

/**
 * True if `path` lies below `folder`, or is that folder itself. Both must be absolute and without symbolic links, as
 * from `realpath`.
 */
export function isInside({ path, folder }: Place): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}
