import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HandlerRef, PluginEnv } from '@anyhandler/core'
import { HostError, Registry } from '@anyhandler/core/host'
import type { Config } from '@anyhandler/core/host'
import { bashScripts, builtIns } from '../../built-ins.ts'
import type { Check, Examined } from '../examined.ts'
import type { Finding } from '../finding.ts'
import { handlerRefs } from '../handler-refs.ts'
import { sqlFiles } from './sql-files.ts'

/** As much as Lambda gives the init phase. */
const patienceMs = 10_000
/** Languages whose plugin can be loaded here with the same result as on Lambda: others depend on the machine. */
const proven: Readonly<Record<string, RegExp>> = {
  bash: /^(?:Runtime\.UserCodeSyntaxError|slow)$/,
  sql: /^(?:Runtime\.(?!Interpreter|Plugin)|slow$)/,
}

/**
 * Loads SQL and shell handlers as the host's init phase does, by the plugins themselves: options, syntax, the database,
 * what statements name. Nothing of a shell handler runs: a function's file is looked at as a script. Options of other
 * plugins are handed to their factories.
 */
export const loading: Check = async (examined) => {
  const { project, languages } = examined
  const config = forThisMachine(project.config, project.root)
  // Another check reports scripts that the bash plugin refuses.
  const { readScript } = await bashScripts()
  const refs = handlerRefs(examined).flatMap(({ function: name, ...ref }) => {
    const { file, plugin } = ref
    const isLoaded =
      file !== undefined &&
      (plugin === 'sql' || (/\.(?:sh|bash)$/.test(file) && readScript(readFileSync(file), file).ok))
    return isLoaded ? [ref.plugin === 'bash' ? ref : { ...ref, ...(name !== undefined && { function: name }) }] : []
  })
  // Another check reports unreadable files, which can't be loaded either.
  const isReadable = (await sqlFiles(examined)).length === 0
  const findings: Finding[] = []
  for (const { name, origin } of languages) {
    if (name === 'sql' && !isReadable) continue
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
      // Another check says that a package isn't installed, or that its path leads out of the folder.
      if (fault?.type === 'Runtime.PluginNotFound' || fault?.message.includes(', which leads out of the task root'))
        continue
      const isKnown =
        origin !== 'built-in' || fault?.type.includes('Configuration') || proven[name]?.test(fault?.type ?? '')
      if (fault && isKnown) findings.push(finding(fault, file === undefined ? '.' : relative(project.root, file)))
    }
  }
  return unique(findings.filter(({ fault }) => !needsOtherPlace(fault, examined)))
}

const slow: Fault = { type: 'slow', message: 'it takes longer than 10 s' }

interface Fault {
  readonly type: string
  readonly message: string
  readonly cure?: string | undefined
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
    if (HostError.is(error)) {
      const { code, cure } = error
      const message = cure === undefined ? error.message : error.message.slice(0, -`; ${cure}`.length)
      return { type: code, message, cure }
    }
    const { errorType = '', message } = error as { errorType?: string; message: string }
    return { type: errorType, message }
  } finally {
    rmSync(tmp, { recursive: true, force: true })
  }
}

/**
 * Things that lie elsewhere on Lambda are replaced: a database outside of the folder by one in memory, and the shell by
 * this machine's.
 */
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
  return (
    typeof database === 'string' &&
    !['', ':memory:'].includes(database) &&
    !resolve(root, database).startsWith(`${root}/`)
  )
}

/** Tables of a database that isn't here. */
function needsOtherPlace(fault: string, { project }: Examined): boolean {
  return (
    /no such (?:table|column)/.test(fault) &&
    isOutside(optionsOf(project.config.plugins['sql'])?.['database'], project.root)
  )
}

function finding({ message, cure = 'correct it there' }: Fault, file: string): Finding {
  const line = (message.split('\n', 1)[0] ?? '').replace(/;$/, '')
  return { severity: 'error', file, fault: `fails when it is loaded: ${line}`, cure }
}

function unique(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((one) => [`${one.fault}; ${one.cure}`, one])).values()]
}
