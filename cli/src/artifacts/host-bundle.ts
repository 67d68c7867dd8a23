import { builtIns } from '../built-ins.ts'
import { besideFile, bundle, bundleTarget } from './bundle.ts'
import type { BundleFile } from './bundle-file.ts'
import { entrySpecifier } from './bundle-sources.ts'
import { toCommonJs } from './common-js.ts'
import { hostEntry } from './host-entry.ts'
import { languageParts } from './host-parts.ts'
import { mergeChunks } from './merged-chunks.ts'
import { dependency } from './package-folder.ts'
import { threadLaneParts } from './thread-lane.ts'

/**
 * The host and the chosen languages; a function loads only what its own language needs. CommonJS, because such a program starts without Node's module
 * loader, which takes a tenth of Node's own time.
 *
 * @param languages names of built-ins
 * @throws BuildError
 */
export async function hostBundle(languages: readonly string[]): Promise<readonly BundleFile[]> {
  const packages = languages.map((name) => ({ name, ...dependency(builtIns[name]!.package) }))
  const workers = packages.flatMap(({ name, main }) =>
    (languageParts[name]?.workers ?? []).map((worker) => ({
      in: besideFile(main, worker),
      out: `${name}/dist/${worker}`,
    })),
  )
  const threads = threadLaneParts()
  const options = { homes: [...threads.homes, ...packages], extension: '.cjs' } as const
  const host = await commonJs(
    await bundle({ ...options, entries: [{ in: entrySpecifier, out: 'host' }], entry: hostEntry(builtIns, languages) }),
  )
  // A thread shares no code with the host that started it: each gets a file for itself.
  const threadFiles =
    workers.length === 0
      ? []
      : [...workers, ...threads.entries].map(async (entry) => commonJs(await bundle({ ...options, entries: [entry] })))
  return [...mergeChunks(host, 'host.cjs', ['socket.cjs']), ...(await Promise.all(threadFiles)).flat()]
}

function commonJs(files: readonly BundleFile[]): Promise<BundleFile[]> {
  return Promise.all(files.map(async ({ path, text }) => ({ path, text: await toCommonJs(path, text, bundleTarget) })))
}
