import { HostError } from '../errors.ts'
import type { Level } from '../contract.ts'
import { layerPaths } from './layer-paths.ts'
import { traceAreas } from '../trace.ts'
import type { TraceSettings } from '../trace.ts'

/** The address of the Runtime API. */
interface RuntimeApiAddress {
  readonly host: string
  readonly port: number
}

/** `process.env`, read once into a typed, frozen object; no other code of the host reads it. */
export interface HostEnv {
  /** `AWS_LAMBDA_RUNTIME_API`, `host:port`; absent outside Lambda. */
  readonly runtimeApi?: RuntimeApiAddress
  /** `_HANDLER`; empty when unset. */
  readonly handler: string
  /** `LAMBDA_TASK_ROOT`, else the working directory. */
  readonly taskRoot: string
  /** `AWS_LAMBDA_MAX_CONCURRENCY` when it is an integer above 1, else 1: the number of simultaneous `/next` calls. */
  readonly maxConcurrency: number
  /** Managed Instances: `AWS_LAMBDA_MAX_CONCURRENCY` is above 1, or `AWS_LAMBDA_INITIALIZATION_TYPE` says so. */
  readonly managedInstances: boolean
  /** `AWS_LAMBDA_INITIALIZATION_TYPE` is `snap-start`. */
  readonly snapStart: boolean
  /** `ANYHANDLER_EXTENSION` is `1` or `true`: register as an internal extension, so that SIGTERM arrives. */
  readonly extension: boolean
  /**
   * `AWS_LAMBDA_LOG_FORMAT`, any case; an unknown one is text, and none is JSON on Managed Instances, where lines of
   * several events mingle.
   */
  readonly logFormat: 'text' | 'json'
  /** `AWS_LAMBDA_LOG_LEVEL`, any case; absent or unknown = no filter. */
  readonly logLevel?: Level
  /** `_LAMBDA_TELEMETRY_LOG_FD`. */
  readonly telemetryFd?: number
  /** `_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET`: path of a unix socket. */
  readonly telemetrySocket?: string
  /** `TMPDIR`, else `/tmp`: the only writable folder on Lambda. */
  readonly tmp: string
  /** `ANYHANDLER_TRACE`, a comma list of areas or `*`, and `ANYHANDLER_TRACE_BODIES`; absent = nothing is traced. */
  readonly trace?: TraceSettings
  /**
   * This process replaces another one under the same id, so it has no init phase. `asked`: the other process has called
   * `/next`, and the answer comes on its connection.
   */
  readonly replaced?: 'asked' | 'plain'
  /**
   * The environment for child processes: all variables except those that only the host uses, with the folders of layers
   * on the search paths.
   */
  readonly variables: Readonly<Record<string, string>>
}

const levels: readonly Level[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']

/** Set for the process that a wrapper starts, so that each wrapper runs once. */
export const wrappedName = 'ANYHANDLER_WRAPPED'

/** `LD_LIBRARY_PATH` for child processes, if this process itself was started without it. */
const libraryPathName = 'ANYHANDLER_LIBRARY_PATH'

/** `NODE_OPTIONS` for child processes, if this process itself was started without it. */
export const nodeOptionsName = 'ANYHANDLER_NODE_OPTIONS'

/** Set for the process that replaces this one. */
export const replacedName = 'ANYHANDLER_REPLACED'

/**
 * Variables that child processes don't get: those that only the host uses, and the trace id, which is new for each
 * event.
 */
const privateNames: ReadonlySet<string> = new Set([
  '_LAMBDA_TELEMETRY_LOG_FD',
  '_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET',
  '_X_AMZN_TRACE_ID',
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
  wrappedName,
  libraryPathName,
  nodeOptionsName,
  replacedName,
])

/** An upper bound above the limits of emulator and platform: a larger count is invalid. */
const maxCount = 10_000

/**
 * Reads the variables of a custom runtime.
 * @param layers the folder of unpacked layers
 * @throws HostError `Runtime.InvalidEnvironment` when `AWS_LAMBDA_RUNTIME_API` is set to something other than
 * `host:port`.
 */
export function readEnv(source: Readonly<Record<string, string | undefined>>, layers = '/opt'): HostEnv {
  const get = (name: string) => source[name] || undefined
  const maxConcurrency = Math.max(1, readCount(get('AWS_LAMBDA_MAX_CONCURRENCY'), maxCount) ?? 1)
  const initialization = get('AWS_LAMBDA_INITIALIZATION_TYPE')
  const managedInstances = maxConcurrency > 1 || initialization === 'lambda-managed-instances'
  const format = get('AWS_LAMBDA_LOG_FORMAT')?.toLowerCase() ?? (managedInstances ? 'json' : 'text')
  const level = levels.find((known) => known === get('AWS_LAMBDA_LOG_LEVEL')?.toUpperCase())
  const telemetryFd = readCount(get('_LAMBDA_TELEMETRY_LOG_FD'), 2 ** 31 - 1)
  const runtimeApi = get('AWS_LAMBDA_RUNTIME_API')
  const telemetrySocket = get('_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET')
  const trace = readTrace(get('ANYHANDLER_TRACE'), get('ANYHANDLER_TRACE_BODIES'))
  const replaced = get(replacedName)
  const variables: Record<string, string> = {}
  for (const [name, value] of Object.entries(source)) {
    if (value !== undefined && !privateNames.has(name)) variables[name] = value
  }
  const libraryPath = get(libraryPathName)
  if (libraryPath !== undefined) variables['LD_LIBRARY_PATH'] = libraryPath
  const nodeOptions = get('NODE_OPTIONS') ?? get(nodeOptionsName)
  if (nodeOptions !== undefined) variables['NODE_OPTIONS'] = nodeOptions
  return Object.freeze({
    ...(runtimeApi && { runtimeApi: parseAddress(runtimeApi) }),
    handler: get('_HANDLER') ?? '',
    taskRoot: get('LAMBDA_TASK_ROOT') ?? process.cwd(),
    maxConcurrency,
    managedInstances,
    snapStart: initialization === 'snap-start',
    extension: /^(?:1|true)$/i.test(get('ANYHANDLER_EXTENSION') ?? ''),
    logFormat: format === 'json' ? 'json' : 'text',
    ...(level && { logLevel: level }),
    ...(telemetryFd && { telemetryFd }),
    ...(telemetrySocket && { telemetrySocket }),
    tmp: get('TMPDIR') ?? '/tmp',
    ...(trace && { trace }),
    ...((replaced === 'asked' || replaced === 'plain') && { replaced }),
    variables: Object.freeze(Object.assign(variables, layerPaths(variables, layers))),
  })
}

/** @throws HostError for an area that doesn't exist */
function readTrace(text: string | undefined, bodies: string | undefined): TraceSettings | undefined {
  if (text === undefined) return undefined
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => name !== '*' && !(traceAreas as readonly string[]).includes(name))
  if (unknown !== undefined) {
    throw new HostError('Runtime.InvalidEnvironment', {
      at: 'ANYHANDLER_TRACE',
      problem: `ANYHANDLER_TRACE names '${unknown}'`,
      cure: `it must be a comma list of ${traceAreas.join(', ')}, or *`,
    })
  }
  return { areas: traceAreas.filter((area) => names.includes(area) || names.includes('*')), bodies: bodies === '1' }
}

/** A whole number in decimal digits, up to `max`. */
function readCount(text: string | undefined, max: number): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined
  const count = Number(text)
  return count <= max ? count : undefined
}

function parseAddress(text: string): RuntimeApiAddress {
  const match = /^(?<host>\[[^\]]+\]|[^:/]+):(?<port>\d+)$/.exec(text)
  const port = Number(match?.groups?.port)
  if (!match?.groups?.host || port > 65_535) {
    throw new HostError('Runtime.InvalidEnvironment', {
      at: 'AWS_LAMBDA_RUNTIME_API',
      problem: `AWS_LAMBDA_RUNTIME_API is '${text}'`,
      cure: 'it must be host:port without a scheme, such as 127.0.0.1:9001',
    })
  }
  return { host: match.groups.host.replace(/^\[|\]$/g, ''), port }
}
