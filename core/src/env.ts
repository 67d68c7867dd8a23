import { HostError } from './errors.ts'
import type { Level } from './contract.ts'
import type { WireAddress } from './wire/wire.ts'

/** `process.env`, read once into a typed, frozen object: nothing else in the host reads it. */
export interface HostEnv {
  /** `AWS_LAMBDA_RUNTIME_API`, `host:port`; absent outside Lambda. */
  readonly runtimeApi?: WireAddress
  /** `_HANDLER`; empty when unset. */
  readonly handler: string
  /** `LAMBDA_TASK_ROOT`, else the working directory. */
  readonly taskRoot: string
  /** `AWS_LAMBDA_MAX_CONCURRENCY` when it is an integer above 1, else 1: the number of `/next` at once. */
  readonly maxConcurrency: number
  /** Managed Instances: `AWS_LAMBDA_MAX_CONCURRENCY` is above 1. */
  readonly managedInstances: boolean
  /** `AWS_LAMBDA_INITIALIZATION_TYPE` is `snap-start`. */
  readonly snapStart: boolean
  /** `AWS_LAMBDA_LOG_FORMAT`, any case; an unknown one is text. */
  readonly logFormat: 'text' | 'json'
  /** `AWS_LAMBDA_LOG_LEVEL`, any case; absent or unknown = no filter. */
  readonly logLevel?: Level
  /** `_LAMBDA_TELEMETRY_LOG_FD`. */
  readonly telemetryFd?: number
  /** `_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET`: path of a unix socket. */
  readonly telemetrySocket?: string
  /** The environment for children: everything but the names that only the host uses. */
  readonly variables: Readonly<Record<string, string>>
}

const levels: readonly Level[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']

/** Names that only the host uses: children don't get them. */
const privateNames = ['_LAMBDA_TELEMETRY_LOG_FD', '_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET', 'NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE']

/**
 * Reads the variables that a custom runtime is given.
 * @throws HostError `Runtime.InvalidEnvironment` when `AWS_LAMBDA_RUNTIME_API` is set to something other than `host:port`.
 */
export function readEnv(source: Readonly<Record<string, string | undefined>>): HostEnv {
  const get = (name: string) => source[name] || undefined
  const count = Number(get('AWS_LAMBDA_MAX_CONCURRENCY'))
  const managedInstances = Number.isInteger(count) && count > 1
  const level = levels.find((known) => known === get('AWS_LAMBDA_LOG_LEVEL')?.toUpperCase())
  const telemetryFd = Number(get('_LAMBDA_TELEMETRY_LOG_FD'))
  const runtimeApi = get('AWS_LAMBDA_RUNTIME_API')
  const telemetrySocket = get('_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET')
  const variables: Record<string, string> = {}
  for (const [name, value] of Object.entries(source)) {
    if (value !== undefined && !privateNames.includes(name)) variables[name] = value
  }
  return Object.freeze({
    ...(runtimeApi && { runtimeApi: parseAddress(runtimeApi) }),
    handler: get('_HANDLER') ?? '',
    taskRoot: get('LAMBDA_TASK_ROOT') ?? process.cwd(),
    maxConcurrency: managedInstances ? count : 1,
    managedInstances,
    snapStart: get('AWS_LAMBDA_INITIALIZATION_TYPE') === 'snap-start',
    logFormat: get('AWS_LAMBDA_LOG_FORMAT')?.toLowerCase() === 'json' ? 'json' : 'text',
    ...(level && { logLevel: level }),
    ...(Number.isInteger(telemetryFd) && telemetryFd > 0 && { telemetryFd }),
    ...(telemetrySocket && { telemetrySocket }),
    variables: Object.freeze(variables),
  })
}

function parseAddress(text: string): WireAddress {
  const match = /^(?<host>\[[^\]]+\]|[^:/]+):(?<port>\d+)$/.exec(text)
  const port = Number(match?.groups?.port)
  if (!match?.groups?.host || port > 65_535) {
    throw new HostError('Runtime.InvalidEnvironment', `AWS_LAMBDA_RUNTIME_API is '${text}'; it must be host:port without a scheme, such as 127.0.0.1:9001`)
  }
  return { host: match.groups.host.replace(/^\[|\]$/g, ''), port }
}
