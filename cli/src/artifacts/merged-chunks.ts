import type { BundleFile } from './bundle-file.ts'
import { expectNone } from './expect-none.ts'

const required = /(?<lazy>\(\)=>)?\brequire\("\.\/(?<chunk>[\w-]+\.cjs)"\)/g

/**
 * Puts the chunks that a CommonJS program requires at its start into its own file: each further file costs Node as much
 * as 4 KB of code. Other files get them from there.
 *
 * @param main the program's file, which exports nothing itself
 * @param usual chunks that it requires later, but nearly always
 */
export function mergeChunks(
  files: readonly BundleFile[],
  main: string,
  usual: readonly string[] = [],
): readonly BundleFile[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]))
  const merged = usual
    .filter((chunk) => texts.has(chunk))
    .reduce((found, chunk) => [...closure(chunk, texts, found), chunk], closure(main, texts))
  const inside = (text: string): string =>
    text.replaceAll(required, (whole, lazy: string | undefined, chunk: string) =>
      merged.includes(chunk) ? `${lazy ?? ''}__chunk(${JSON.stringify(chunk)})` : whole,
    )
  const outside = (text: string): string =>
    text.replaceAll(required, (whole, lazy: string | undefined, chunk: string) =>
      merged.includes(chunk) ? `${lazy ?? ''}require("./${main}").__chunk(${JSON.stringify(chunk)})` : whole,
    )
  // In brackets, V8 compiles a function at once and doesn't parse it twice.
  const table = merged.map(
    (chunk) => `${JSON.stringify(chunk)}:(function(module,exports){${inside(texts.get(chunk) ?? '')}})`,
  )
  const registry = `const __modules={},__chunks={${table.join(',')}};function __chunk(n){let m=__modules[n];if(!m){m=__modules[n]={exports:{}};__chunks[n](m,m.exports)}return m.exports}exports.__chunk=__chunk;`
  const left = files
    .filter(({ path }) => !merged.includes(path))
    .map(({ path, text }) => ({
      path,
      text: path === main ? `"use strict";${registry}${inside(text)}` : outside(text),
    }))
  if (merged.length > 0) {
    const gone = new RegExp(`["'\`]\\./(?:${merged.map((chunk) => chunk.replace('.', '\\.')).join('|')})["'\`]`)
    for (const { path, text } of left) expectNone(text, gone, path)
  }
  return left
}

/** Chunks that a file requires before anything runs, those first that others require. */
function closure(file: string, texts: ReadonlyMap<string, string>, found: string[] = []): string[] {
  for (const { groups } of (texts.get(file) ?? '').matchAll(required)) {
    const chunk = groups?.['chunk']
    if (groups?.['lazy'] === undefined && chunk !== undefined && !found.includes(chunk)) {
      closure(chunk, texts, found)
      if (!found.includes(chunk)) found.push(chunk)
    }
  }
  return found
}
