import type { BundleFile } from './bundle-file.ts'
import { expectNone } from './expect-none.ts'

/** A chunk as esbuild names it: with a hash that changes with the paths of the sources. */
const hashed = /^(?<stem>.+)-[A-Z0-9]{8}(?<extension>\.c?js)$/
const mentioned = /[\w-]+-[A-Z0-9]{8}\.c?js/g

/**
 * Names chunks by the order in which the entries mention them, so that a bundle's bytes don't depend on where its
 * sources lie: `undici.cjs`, `chunk.cjs`, `chunk-2.cjs`.
 */
export function withStableNames(files: readonly BundleFile[]): readonly BundleFile[] {
  const chunks = new Map(files.filter(({ path }) => hashed.test(path)).map((file) => [file.path, file.text]))
  const names = new Map<string, string>()
  const taken = new Set(files.map(({ path }) => path))
  const visit = (text: string): void => {
    for (const [chunk] of text.matchAll(mentioned)) {
      const content = chunks.get(chunk)
      if (content === undefined || names.has(chunk)) continue
      const { stem = '', extension = '' } = hashed.exec(chunk)?.groups ?? {}
      let name = stem + extension
      for (let number = 2; taken.has(name); number++) name = `${stem}-${number}${extension}`
      taken.add(name)
      names.set(chunk, name)
      visit(content)
    }
  }
  for (const { path, text } of files.toSorted((one, other) => (one.path < other.path ? -1 : 1)))
    if (!chunks.has(path)) visit(text)
  const renamed = (text: string): string => text.replaceAll(mentioned, (chunk) => names.get(chunk) ?? chunk)
  return files.map(({ path, text }) => {
    const name = names.get(path) ?? path
    // A chunk that nothing mentions in the usual way would keep its hash.
    expectNone(name, hashed, path)
    return { path: name, text: renamed(text) }
  })
}
