import { sep } from 'node:path'

export interface Place {
  readonly path: string
  readonly folder: string
}

/** Whether `path` lies below `folder`, or is that folder itself. Both absolute and without symbolic links: give what `realpath` says. */
export function isInside({ path, folder }: Place): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}
