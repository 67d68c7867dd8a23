import { pathToFileURL } from 'node:url'

/**
 * Imports a JavaScript or TypeScript file and returns its default export. In a CommonJS file that was compiled from a
 * module (`exports.__esModule`) it is one level deeper.
 */
export async function importDefault(file: string): Promise<unknown> {
  const module: unknown = await import(pathToFileURL(file).href)
  return defaultOf(module)
}

/** The default export of an imported module, see {@link importDefault}. */
export function defaultOf(module: unknown): unknown {
  const outer = property(module, 'default')
  return property(outer, '__esModule') === true ? property(outer, 'default') : outer
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
