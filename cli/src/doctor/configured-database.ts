import type { Examined } from './examined.ts'

/** The path of the database that the configuration names; undefined for none, and for one in memory. */
export function configuredDatabase({ project: { config }, languages }: Examined): string | undefined {
  if (!languages.some(({ name }) => name === 'sql')) return undefined
  const plugin = config.plugins['sql']
  const database = plugin ? (plugin.options as { readonly database?: unknown } | undefined)?.database : undefined
  return typeof database === 'string' && database !== '' && database !== ':memory:' ? database : undefined
}
