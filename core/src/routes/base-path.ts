/** The path without what a custom domain, or a stage, puts in front of it. The longest base that fits is left out; a path without one stays. */
export function withoutBase(path: string, bases: readonly string[]): string {
  let longest = ''
  for (const base of bases) {
    if (base.length > longest.length && (path === base || path.startsWith(`${base}/`))) longest = base
  }
  return longest === '' ? path : path.slice(longest.length) || '/'
}
