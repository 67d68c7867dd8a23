/**
 * The path without the prefix of a custom domain or a stage. The longest matching base is removed; a path without one
 * stays unchanged.
 */
export function withoutBase(path: string, bases: readonly string[]): string {
  let longest = ''
  for (const base of bases) {
    if (base.length > longest.length && (path === base || path.startsWith(`${base}/`))) longest = base
  }
  return longest === '' ? path : path.slice(longest.length) || '/'
}
