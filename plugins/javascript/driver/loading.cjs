/** Finds a handler: the module, and the function in it. */

const { existsSync } = require('node:fs')
const Module = require('node:module')
const { basename, join, resolve } = require('node:path')
const { pathToFileURL } = require('node:url')
const {
  callbackHandlerDeprecated,
  handlerNotFound,
  importModuleError,
  malformedHandlerName,
  malformedStreamingHandler,
  userCodeSyntaxError,
} = require('./failures.cjs')

/** As AWS's client looks for them, then TypeScript, of which Node strips the types. */
const EXTENSIONS = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']
const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming')
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark')
const CALLBACK =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.'

/**
 * @param load the fields of the `load` frame: `file` and `function` if the host has found the file, else the `target`
 * @returns `{ invoke, streams, highWaterMark, ResponseStream }`, the last two for those that stream
 */
async function loadHandler({ root, target, file, function: name, layersOf }) {
  if (layersOf !== undefined) findLayers(layersOf)
  const wanted = file === undefined ? splitTarget(target) : { file, name: name ?? 'handler' }
  const module = await importModule(root, wanted)
  const invoke = findIn(module, wanted.name) || findIn(module?.default, wanted.name)
  if (!invoke) throw handlerNotFound(`${target} is undefined or not exported`)
  if (typeof invoke !== 'function') throw handlerNotFound(`${target} is not a function`)
  const streams = isStreaming(invoke)
  if (!streams && invoke.length >= 3) throw callbackHandlerDeprecated(CALLBACK)
  const highWaterMark = Number(invoke[HIGH_WATER_MARK] || undefined)
  return {
    invoke,
    streams,
    ...(streams && require('./response-stream.cjs')),
    ...(!Number.isNaN(highWaterMark) && { highWaterMark }),
  }
}

/**
 * The folder of layers for this Node takes the place of that for the host's, unless the function has a NODE_PATH of its
 * own.
 * @param major the host's
 */
function findLayers(major) {
  const layers = (of) => `/opt/nodejs/node${of}/node_modules:/opt/nodejs/node_modules:`
  const own = process.versions.node.split('.', 1)[0]
  if (own === major || !process.env.NODE_PATH?.startsWith(layers(major))) return
  process.env.NODE_PATH = layers(own) + process.env.NODE_PATH.slice(layers(major).length)
  Module._initPaths()
}

/** `dir/app.nested.handler` is `nested.handler` in `dir/app`. */
function splitTarget(target) {
  if (target.includes('..')) {
    throw malformedHandlerName(
      `'${target}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    )
  }
  const last = basename(target)
  const dot = last.indexOf('.')
  if (dot < 0) throw malformedHandlerName('Bad handler')
  return { folder: target.slice(0, target.length - last.length), module: last.slice(0, dot), name: last.slice(dot + 1) }
}

async function importModule(root, { file, folder, module }) {
  try {
    if (file !== undefined) return await import(pathToFileURL(file))
    const path = resolve(root, folder, module)
    for (const extension of EXTENSIONS) {
      if (existsSync(path + extension)) return await import(pathToFileURL(path + extension))
    }
    return requireModule(root, folder, module)
  } catch (error) {
    if (error instanceof SyntaxError) throw userCodeSyntaxError(error)
    if (error instanceof Error && error.code === 'MODULE_NOT_FOUND') throw importModuleError(error)
    throw error
  }
}

/**
 * A package: the module's name alone as AWS's client asks for it, or with its folder, as packages of layers have it.
 */
function requireModule(root, folder, module) {
  const paths = [root, join(root, folder)]
  try {
    return require(require.resolve(module, { paths }))
  } catch (error) {
    if (error?.code !== 'MODULE_NOT_FOUND' || folder === '') throw error
    let file
    try {
      file = require.resolve(folder + module, { paths })
    } catch {
      throw error
    }
    return require(file)
  }
}

function findIn(module, name) {
  return name.split('.').reduce((inner, key) => (inner && typeof inner === 'object' ? inner[key] : undefined), module)
}

function isStreaming(invoke) {
  const kind = invoke[STREAMING]
  if (!kind) return false
  if (kind === 'response') return true
  throw malformedStreamingHandler('Only response streaming is supported.')
}

module.exports = { loadHandler }
