import { besideFile, bundle, bundleTarget } from './bundle.ts'
import type { BundleFile } from './bundle-file.ts'
import { entrySpecifier, placeIn } from './bundle-sources.ts'
import { toCommonJs } from './common-js.ts'
import { hostCode, hostEntry, program, programOf } from './host-entry.ts'
import { builtInHomes } from './language-package.ts'
import type { LanguagePackage } from './language-package.ts'
import { mergeChunks } from './merged-chunks.ts'
import { nativeModulesOf } from './native-modules.ts'
import type { Architecture } from './target.ts'
import { threadLaneParts } from './thread-lane.ts'

export interface HostBundle {
  readonly files: readonly BundleFile[]
  /** Name in the bundle's folder → file on this machine. */
  readonly native: ReadonlyMap<string, string>
  /** Files of this machine that it is made of. */
  readonly sources: readonly string[]
}

/**
 * The host and the chosen languages; a function loads only what its own language needs. CommonJS, because such a
 * program starts without Node's module loader, which takes a tenth of Node's own time.
 *
 * @throws BuildError
 */
export async function hostBundle(languages: readonly LanguagePackage[], arch: Architecture): Promise<HostBundle> {
  const workers = languages.flatMap((language) =>
    language.workers.map((worker) => {
      const file = besideFile(language.main, worker)
      return { in: file, out: placeIn(language, file) }
    }),
  )
  const threads = threadLaneParts()
  const native = nativeModulesOf(languages, arch)
  const threaded = languages.filter((language) => language.workers.length > 0)
  const extension = '.cjs'
  const options = { homes: [...threads.homes, ...languages, ...builtInHomes()], native, extension } as const
  const host = await bundle({
    ...options,
    entries: [{ in: entrySpecifier, out: hostCode }, ...(threaded.length > 0 ? [threads.ahead] : [])],
    entry: hostEntry(languages),
  })
  const ahead = threads.ahead.out + extension
  const hostFiles = host.files.map((file) => (file.path === ahead ? withoutBareImports(file) : file))
  // A thread shares no code with the host that started it: each gets a file for itself.
  const threadBundles = await Promise.all(
    (workers.length === 0 ? [] : [...workers, ...threads.entries]).map((entry) =>
      bundle({ ...options, entries: [entry], split: false }),
    ),
  )
  const threadFiles = await Promise.all(threadBundles.map(({ files }) => commonJs(files)))
  const files = [
    {
      path: program + extension,
      text: programOf(
        threaded.map(({ name, traits }) => ({ name, extensions: traits.extensions })),
        threads.ahead.out,
        extension,
      ),
    },
    ...mergeChunks(await commonJs(hostFiles), hostCode + extension, ['socket.cjs', 'few-events.cjs']),
    ...threadFiles.flat(),
  ]
  const sources = [host, ...threadBundles].flatMap((made) => made.sources)
  return { files, native: native.files, sources: [...sources, ...native.files.values()] }
}

/**
 * The module that starts a thread must not load the host's code. But esbuild lets each entry import the chunk of its
 * own helper functions, used or not, and that one lies in the host's code.
 */
function withoutBareImports({ path, text }: BundleFile): BundleFile {
  return { path, text: text.replaceAll(/\bimport"\.\/[\w-]+\.cjs";/g, '') }
}

function commonJs(files: readonly BundleFile[]): Promise<BundleFile[]> {
  return Promise.all(files.map(async ({ path, text }) => ({ path, text: await toCommonJs(path, text, bundleTarget) })))
}
