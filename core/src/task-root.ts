import { sep } from 'node:path'

/** Whether `path` lies below `folder`; both absolute and without symbolic links, so give what `realpath` says. */
export function isInside(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}
