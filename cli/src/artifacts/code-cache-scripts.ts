/** The wrapper of CommonJS files; a cache fits only files that were compiled with this wrapper. */
export const wrapper = ['(function(exports,require,module,__filename,__dirname,__import){', '\\n})'] as const

/**
 * A file of the bundle, changed for {@link codeCacheLoader}. Node's own `import()` is experimental in code that is
 * compiled with a cache, and it warns in the log. So the loader passes its own.
 */
export function forLoader(text: string): string {
  return text.replaceAll(/(?<!return )\bimport\(/g, '__import(')
}

/**
 * Compiles the files that standard input lists as JSON, and writes their caches as base64. `--no-lazy` is set only
 * while they are compiled: a cache stores the flags of its making, and V8 refuses it under other flags.
 */
export const codeCacheMaker = `
const { setFlagsFromString } = require('node:v8')
const { Script } = require('node:vm')
const files = JSON.parse(require('node:fs').readFileSync(0, 'utf8'))
const caches = files.map(({ path, content }) => {
  setFlagsFromString('--no-lazy')
  const script = new Script('${wrapper[0]}' + content + '${wrapper[1]}', { filename: path })
  setFlagsFromString('--lazy')
  return script.createCachedData().toString('base64')
})
process.stdout.write(JSON.stringify(caches))
`

/** Name of {@link codeCacheLoader} in the bundle's folder. */
export const codeCacheFile = 'code-cache.cjs'

/**
 * Loaded before the program, and in each of its threads. It loads the files of this folder with the cache beside each
 * file. If V8 refuses a cache (another release, other flags), it compiles the file as usual. The files find each other
 * without Node's search, which would take as long as loading them. A thread that imports one of them by its URL doesn't
 * need Node's module loader either.
 */
export const codeCacheLoader = `"use strict";
const { readFileSync } = require('node:fs')
const { Script } = require('node:vm')
const here = __dirname + '/'
const load = async (specifier) => {
  const path = specifier.startsWith('file:') ? decodeURIComponent(new URL(specifier).pathname) : specifier
  return path.startsWith(here) && path.endsWith('.cjs') ? { default: requireOwn(path) } : import(specifier)
}
const extensions = module.constructor._extensions
const usual = extensions['.js']
const modules = new Map()
const run = (module, filename) => {
  modules.set(filename, module)
  const folder = filename.slice(0, filename.lastIndexOf('/'))
  const own = (id) => (id.startsWith('./') ? requireOwn(folder + id.slice(1)) : require(id))
  let cachedData
  try {
    cachedData = readFileSync(filename + '.cache')
  } catch {}
  const script = new Script('${wrapper[0]}' + readFileSync(filename, 'utf8') + '${wrapper[1]}', { filename, cachedData })
  // V8 has read it. Its memory would only be freed by a garbage collection; a small buffer shares its memory.
  if (cachedData && cachedData.length === cachedData.buffer.byteLength) cachedData.buffer.transfer(0)
  script.runInThisContext()(module.exports, own, module, filename, folder, load)
}
const requireOwn = (filename) => {
  if (!modules.has(filename)) run({ exports: {} }, filename)
  return modules.get(filename).exports
}
extensions['.cjs'] = (module, filename) => (filename.startsWith(here) ? run(module, filename) : usual(module, filename))
`
