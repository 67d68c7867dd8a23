/** The wrapper of CommonJS files; a cache fits only files that were compiled with this wrapper. */
export const wrapper = ['(function(exports,require,module,__filename,__dirname,__import){', '\\n})'] as const

/**
 * A file of the bundle as {@link codeCacheLoader} loads it. In code that is compiled with a cache, Node's own `import()` is experimental, and says so in the log: the loader hands
 * in its own.
 */
export function forLoader(text: string): string {
  return text.replaceAll(/(?<!return )\bimport\(/g, '__import(')
}

/**
 * Compiles the files that stand in standard input as JSON, and writes their caches as base64. `--no-lazy` holds while they are compiled only: a cache remembers the flags that
 * were set when it was made, and is refused under others.
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
 * Loaded before the program, and in each of its threads: loads the files of this folder, and takes what V8 makes of one from the file beside it. A cache that V8 doesn't want
 * (another release, other flags) is as good as none. What the files require of each other is not looked up by Node, which would take as long as to load it;
 * nor is what a thread imports of them by its URL, for which Node would set up its loader of modules there.
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
  script.runInThisContext()(module.exports, own, module, filename, folder, load)
}
const requireOwn = (filename) => {
  if (!modules.has(filename)) run({ exports: {} }, filename)
  return modules.get(filename).exports
}
extensions['.cjs'] = (module, filename) => (filename.startsWith(here) ? run(module, filename) : usual(module, filename))
`
