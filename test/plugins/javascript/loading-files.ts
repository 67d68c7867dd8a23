/**
 * A task root with handlers that are there in all ways that modules know, and some that can't be loaded: path → text.
 */
export const loadingFiles: Readonly<Record<string, string>> = {
  'awaits.mjs': `export const ready = await new Promise((resolve) => setTimeout(() => resolve("awaited"), 20)); export const handler = async () => ready`,
  'bad-stream.mjs': `const later = awslambda.streamifyResponse(async (event, stream) => stream.end("x")); later[Symbol.for("aws.lambda.runtime.handler.streaming")] = "request"; export const handler = later`,
  'both.js': `exports.handler = async () => "js"`,
  'both.mjs': `export const handler = async () => "mjs"`,
  'cjs.cjs': `exports.handler = async () => "cjs"; exports.nested = { handler: async () => "nested cjs" }; exports.main = async () => [require.main === module, typeof require, __filename.endsWith("cjs.cjs")]`,
  'data.json': `{"from":"json"}`,
  'default-object.mjs': `export default { handler: async () => "default object" }`,
  'default-only.mjs': `export default async () => "default only"`,
  'detected.js': `export const handler = async () => "detected"`,
  'dir/inner.mjs': `export const handler = async () => "in a folder"`,
  'esm.mjs': `export const handler = async () => "esm"
export default { handler: async () => "default", inner: { deep: async () => "deep default" } }
export const nested = { handler: async () => "nested", more: { deep: async () => "deep" }, text: "no function" }
export const arity2 = async (event, context) => [event, typeof context]
export const arity3 = async (event, context, callback) => 1
export const defaults = async (event, context, third = 1) => third
export const rest = async (...all) => all.length
export const sync = () => "sync"
export class Orders { static async handle() { return "static" } }
export const text = "text"
export const nothing = undefined
export function* generator() { yield 1 }
export async function* parts() { yield 1 }
export const bound = (async function () { return this.name }).bind({ name: "bound" })`,
  'fn.cjs': `module.exports = async () => "function itself"; module.exports.handler = async () => "on a function"`,
  'json.mjs': `import data from "./data.json" with { type: "json" }; export const handler = async () => data`,
  'missing.cjs': `require("not-installed"); exports.handler = async () => 1`,
  'missing.mjs': `import "not-installed"; export const handler = async () => 1`,
  'node_modules/pack/index.js': `exports.handler = async () => "of a package"`,
  'node_modules/pack/package.json': `{"name":"pack","main":"index.js"}`,
  'object.cjs': `module.exports = { handler: async () => "object" }`,
  'package.json': `{}`,
  'syntax.cjs': `exports.handler = async ( => 1`,
  'syntax.mjs': `export const handler = async ( => 1`,
  'throws-text.mjs': `throw "a text"`,
  'throws.cjs': `throw new TypeError("in CommonJS")`,
  'throws.mjs': `throw new RangeError("at its top level")`,
  'transpiled.js': `Object.defineProperty(exports, "__esModule", { value: true }); exports.handler = void 0; const handler = async () => "transpiled"; exports.handler = handler; exports.default = { other: async () => "other" }`,
  'typed.ts': `interface Event { readonly name: string }
export const handler = async ({ name }: Event): Promise<string> => \`typed \${name satisfies string}\``,
  'unbound.mjs': `import { nothing } from "./esm.mjs?x"; import { notThere } from "./cjs.cjs"; export const handler = async () => 1`,
}
