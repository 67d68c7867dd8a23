/** How CommonJS files are wrapped; a cache fits only what was compiled just so. */
const [before, behind] = ['(function(exports,require,module,__filename,__dirname){', '\\n})']

/**
 * Compiles the files that stand in standard input as JSON, and writes their caches as base64. `--no-lazy` holds while they are compiled only: a cache remembers the flags that
 * were set when it was made, and is refused under others.
 */
export const codeCacheMaker = `
const { setFlagsFromString } = require('node:v8')
const { Script } = require('node:vm')
const files = JSON.parse(require('node:fs').readFileSync(0, 'utf8'))
const caches = files.map(({ path, text }) => {
  setFlagsFromString('--no-lazy')
  const script = new Script('${before}' + text + '${behind}', { filename: path })
  setFlagsFromString('--lazy')
  return script.createCachedData().toString('base64')
})
process.stdout.write(JSON.stringify(caches))
`

/** Name of {@link codeCacheLoader} in the bundle's folder. */
export const codeCacheFile = 'code-cache.cjs'

/**
 * Loaded before the program, and in each of its threads: takes what V8 makes of a file in this folder from the file beside it. One that V8 doesn't want (another release, other
 * flags) is as good as none.
 */
export const codeCacheLoader = `"use strict";
const { readFileSync } = require('node:fs')
const { Script, constants } = require('node:vm')
const extensions = require('node:module')._extensions
const usual = extensions['.js']
extensions['.cjs'] = (module, filename) => {
  let cachedData
  try {
    if (filename.startsWith(__dirname + '/')) cachedData = readFileSync(filename + '.cache')
  } catch {}
  if (!cachedData) return usual(module, filename)
  const source = '${before}' + readFileSync(filename, 'latin1') + '${behind}'
  const script = new Script(source, { filename, cachedData, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER })
  script.runInThisContext()(module.exports, (id) => module.require(id), module, filename, filename.slice(0, filename.lastIndexOf('/')))
}
`
