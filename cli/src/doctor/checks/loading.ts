import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HandlerRef, PluginEnv } from '@anyhandler/core'
import { HostError, Registry } from '@anyhandler/core/host'
import type { Config } from '@anyhandler/core/host'
import { builtIns } from '../../built-ins.ts'
import type { Check, Examined } from '../examined.ts'
import type { Finding } from '../finding.ts'
import { handlerRefs } from '../handler-refs.ts'

/** As much as Lambda gives the init phase. */
const patienceMs = 10_000
/** What a load by the plugin proves here as well as on Lambda: the rest depends on the machine. */
const proven: Readonly<Record<string, RegExp>> = {
  bash: /^Runtime\.UserCodeSyntaxError$/,
  sql: /^Runtime\.(?!Interpreter|Plugin)/,
}

/**
 * Loads SQL and shell handlers as the host's init phase does, by the plugins themselves: options, syntax, the database, what statements name. Nothing of a shell handler
 * runs: a function's file is looked at as a script. Options of other plugins are handed to their factories.
 */
export const loading: Check = async (examined) => {
  const { project, languages } = examined
  const config = forThisMachine(project.config, project.root)
  const refs = handlerRefs(examined).flatMap(({ function: name, ...ref }) => {
    const isLoaded = ref.file !== undefined && (ref.plugin === 'sql' || /\.(?:sh|bash)$/.test(ref.file))
    return isLoaded ? [ref.plugin === 'bash' ? ref : { ...ref, ...(name !== undefined && { function: name }) }] : []
  })
  const findings: Finding[] = []
  for (const { name, origin } of languages) {
    const own = origin === 'built-in' ? refs.filter(({ plugin }) => plugin === name) : []
    const isConfigured = Object.hasOwn(project.config.plugins, name)
    if (own.length === 0 && !isConfigured) continue
    // One load for all; only when that fails, one for each, to know all that is wrong.
    const first = await load(name, own, config, project.root)
    if (first === undefined) continue
    const faults =
      own.length > 1 ? await Promise.all(own.map((ref) => load(name, [ref], config, project.root))) : [first]
    for (const [index, fault] of faults.entries()) {
      const file = own[index]?.file
      // Another check says that a package isn't installed.
      if (fault?.type === 'Runtime.PluginNotFound') continue
      const isKnown =
        origin !== 'built-in' || fault?.type.includes('Configuration') || proven[name]?.test(fault?.type ?? '')
      if (fault && isKnown) findings.push(finding(fault, file === undefined ? '.' : relative(project.root, file)))
    }
  }
  return unique(findings.filter(({ fault }) => !needsOtherPlace(fault, examined)))
}

const slow: Fault = { type: 'Runtime.InitTimeout', message: 'it takes longer than 10 s', isOfHost: false }

interface Fault {
  readonly type: string
  readonly message: string
  /** The host's own sentence, with its cure; else the language's. */
  readonly isOfHost: boolean
}

async function load(
  name: string,
  handlers: readonly HandlerRef[],
  config: Config,
  taskRoot: string,
): Promise<Fault | undefined> {
  const tmp = mkdtempSync(join(tmpdir(), 'anyhandler-doctor-'))
  const { PATH = '', LANG = 'C.UTF-8' } = process.env
  const env: PluginEnv = { taskRoot, handlers, concurrency: 1, variables: { PATH, LANG }, tmp, log: () => {} }
  try {
    const plugin = await new Registry(builtIns, config, taskRoot).load(name)
    if (handlers.length === 0) return undefined
    try {
      const done = new AbortController()
      const late = sleep(patienceMs, slow, { signal: done.signal, ref: false })
      return await Promise.race([Promise.resolve(plugin.setup(env)).then(() => undefined), late]).finally(() => {
        late.catch(() => {})
        done.abort()
      })
    } finally {
      await plugin.cleanup(env)
    }
  } catch (error) {
    const { code, errorType, message } = error as { code?: string; errorType?: string; message: string }
    return { type: errorType ?? code ?? '', message, isOfHost: HostError.is(error) }
  } finally {
    rmSync(tmp, { recursive: true, force: true })
  }
}

/** What lies elsewhere on Lambda isn't made here: a database outside of the folder is one in memory, and the shell is this machine's. */
function forThisMachine(config: Config, root: string): Config {
  const { bash, sql } = config.plugins
  const shell = optionsOf(bash)
  const database = optionsOf(sql)
  return {
    ...config,
    plugins: {
      ...config.plugins,
      ...(shell && { bash: { ...bash, options: { ...shell, interpreter: undefined } } }),
      ...(database &&
        isOutside(database['database'], root) && { sql: { ...sql, options: { ...database, database: ':memory:' } } }),
    },
  }
}

function optionsOf(entry: Config['plugins'][string] | undefined): Readonly<Record<string, unknown>> | undefined {
  const options = entry ? entry.options : undefined
  return typeof options === 'object' && options !== null && !Array.isArray(options)
    ? (options as Readonly<Record<string, unknown>>)
    : undefined
}

function isOutside(database: unknown, root: string): boolean {
  return typeof database === 'string' && database !== ':memory:' && !resolve(root, database).startsWith(`${root}/`)
}

/** Tables of a database that isn't here. */
function needsOtherPlace(fault: string, { project }: Examined): boolean {
  return (
    /no such (?:table|column)/.test(fault) &&
    isOutside(optionsOf(project.config.plugins['sql'])?.['database'], project.root)
  )
}

function finding({ message, isOfHost }: Fault, file: string): Finding {
  const line = (message.split('\n', 1)[0] ?? '').replace(/;$/, '')
  const [fault = '', ...cures] = isOfHost ? line.split('; ') : [line]
  return {
    severity: 'error',
    file,
    fault: `fails when it is loaded: ${fault}`,
    cure: cures.join('; ') || 'correct it there',
  }
}

function unique(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((one) => [`${one.fault}; ${one.cure}`, one])).values()]
}
