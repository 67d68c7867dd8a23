import * as v from 'valibot'
import { closestName } from '../closest-name.ts'
import type { ConfigSource } from './config-file.ts'
import { invalid } from './config-text.ts'
import { failOn, handlers, keysOf, routes, routing, sources, warmer } from './routing-schema.ts'
import { routesFault } from './routes-fault.ts'
import type { Fault } from './routes-fault.ts'
import { flag, mapping, reservedKey, wholeNumber, withoutAbsent } from './schema-parts.ts'
import { messageOf } from '../errors.ts'
import { described, listed, quote } from '../wording.ts'

/** Getters of a script's objects can throw. */
function parsed(content: unknown, source: ConfigSource): v.SafeParseResult<typeof whole> {
  try {
    return v.safeParse(whole, content, { abortEarly: true })
  } catch (error) {
    const problem = `the configuration can't be read: ${messageOf(error)}`
    throw invalid(source.label, { problem, cure: 'write plain values', cause: error })
  }
}

// Every message below ends the sentence "KEY is VALUE; it must be".

const extensionText = 'an extension with its dot and no other dot, such as .pl'
const packageText = 'a package name, such as anyhandler-plugin-perl, or a path in the task root that begins with ./'
const nameText = 'a plugin name of lower-case letters, digits and hyphens'
const fileText = 'a file name without extension, such as __init__'

const extensionList = v.array(
  v.pipe(v.string(extensionText), v.regex(/^\.[A-Za-z0-9_+-]{1,32}$/, extensionText)),
  'a list of extensions, such as [.pl]',
)

const plugin = v.strictObject({
  package: v.optional(
    v.pipe(
      v.string(packageText),
      v.regex(/^(?:\.\.?\/.+|(?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*(?:\/[^/]+)*)$/, packageText),
    ),
  ),
  extensions: v.optional(extensionList),
  options: v.nullish(mapping("a mapping with the plugin's options")),
  executables: flag,
  dottedModules: flag,
  functions: v.optional(v.picklist(['last-dot', 'first-dot', 'none'], 'last-dot, first-dot or none')),
  needsFunction: flag,
  prefersFirst: flag,
  yields: flag,
  ownSearchPath: flag,
  compiled: v.optional(extensionList),
  folderModule: v.optional(v.pipe(v.string(fileText), v.regex(/^[\w-]{1,64}$/, fileText))),
  eager: flag,
})

const turnedOff = v.literal(false)
const emptyEntry = v.pipe(
  v.null(),
  v.transform(() => ({})),
)
const pluginEntry = v.pipe(
  mapping(`false, or a mapping with the keys ${listed(Object.keys(plugin.entries))}`),
  plugin,
  v.transform(withoutAbsent),
)

const config = v.strictObject({
  transport: v.optional(v.picklist(['socket', 'undici'], 'socket or undici')),
  concurrency: v.optional(wholeNumber),
  shape: flag,
  plugins: v.nullish(
    v.pipe(
      mapping('a mapping of plugin names'),
      v.record(
        v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,63}$/, nameText)),
        v.lazy((entry) => (entry === false ? turnedOff : entry === null ? emptyEntry : pluginEntry)),
      ),
    ),
  ),
  handlers: v.nullish(handlers),
  routes: v.nullish(routes),
  sources: v.nullish(sources),
  routing: v.nullish(routing),
  warmer: v.nullish(warmer),
  failOn: v.nullish(failOn),
})

/** The schema of the whole configuration; the schema for editors is generated from it. */
export const whole = v.pipe(
  mapping(`a mapping with the keys ${listed(Object.keys(config.entries))}`),
  config,
  v.transform(withoutAbsent),
)

/**
 * Checks a configuration. An empty section (in YAML: all of its lines commented out) counts as absent.
 *
 * @returns a copy without absent keys; `options` are the file's own objects
 * @throws HostError `Runtime.InvalidConfiguration` about the first fault
 */
export function checkConfig(content: unknown, source: ConfigSource): v.InferOutput<typeof whole> {
  const result = parsed(content, source)
  if (!result.success) throw invalid(source.label, faultOf(result.issues[0]))
  const { output } = result
  const fault = output.routes && routesFault(output.routes)
  if (fault) throw invalid(source.label, fault)
  return output
}

function faultOf(issue: v.BaseIssue<unknown>): Fault {
  const path = issue.path?.map((item) => String(item.key)) ?? []
  const shown = path.length === 0 ? 'the configuration' : pathOf(path)
  if (issue.type === 'strict_object') return unknownKey(shown, path)
  const last = issue.path?.at(-1)
  if (last && 'origin' in last && last.origin === 'key')
    return { problem: `${shown} is not a usable key`, cure: `it must be ${issue.message}` }
  const hidden = reservedKey(issue.input)
  if (hidden) return { problem: `${pathOf([...path, hidden])} is not a usable key`, cure: 'choose another name' }
  return { problem: `${shown} is ${described(issue.input)}`, cure: `it must be ${issue.message}` }
}

function unknownKey(shown: string, path: readonly string[]): Fault {
  const known = path.length === 1 ? Object.keys(config.entries) : keysOf(path[0], path.length)
  const allowed = known ?? Object.keys(plugin.entries)
  const meant = closestName(path.at(-1) ?? '', allowed)
  return {
    problem: `${shown} is not a known key${meant ? ` (did you mean ${quote(meant)}?)` : ''}`,
    cure: `allowed are ${listed(allowed)}`,
  }
}

/** `plugins.perl.extensions.0`, `handlers['app.handler']`. */
function pathOf(path: readonly string[]): string {
  return path
    .map((key, index) => (/^[\w-]+$/.test(key) ? `${index === 0 ? '' : '.'}${key}` : `[${quote(key)}]`))
    .join('')
}
