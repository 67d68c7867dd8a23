import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { parseEnv } from 'node:util'
import { UsageError } from './usage-error.ts'

type Variables = Readonly<Record<string, string>>

export interface LocalSettings {
  /** The handlers' folder: the function is named after it. */
  readonly root: string
  /** The caller's own environment. Its variables stay. */
  readonly caller: Readonly<Record<string, string | undefined>>
  /** MiB; the caller's `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`, else 128 when absent. */
  readonly memory?: number
  /** A file in the syntax of dotenv. */
  readonly envFile?: string
  /** `NAME=VALUE`, each over all else. */
  readonly env?: readonly string[]
  /** `false`: nothing of Lambda's is set. */
  readonly aws?: boolean
}

/** The environment of a local function. */
export interface LocalEnvironment {
  readonly variables: Variables
  /** Carries the function's name, and its region. */
  readonly functionArn?: string
  readonly traceId?: string
  /** To be said once on standard error. */
  readonly notice?: string
}

const defaultMemory = 128
const defaultRegion = 'us-east-1'
/** The emulator's. */
const account = '012345678912'

/**
 * The environment of a function that runs locally: what Lambda sets, unless the caller has set it. There are no
 * credentials in it: those that the caller has are found as everywhere. docs/local.md lists the variables.
 * @throws UsageError for a file that can't be read, and for a setting without a name
 */
export function localEnvironment(settings: LocalSettings): LocalEnvironment {
  const { caller, env = [], envFile, aws = true } = settings
  const given = { ...present(caller), ...(envFile !== undefined && readEnvFile(envFile)), ...readSettings(env) }
  if (!aws) return { variables: given }
  const { memory, root } = settings
  const found = given['AWS_REGION'] || given['AWS_DEFAULT_REGION'] || profileRegion(given)
  const region = found ?? defaultRegion
  const name = given['AWS_LAMBDA_FUNCTION_NAME'] || nameOf(root)
  const defaults: Variables = {
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(defaultMemory),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${hex(16)}`,
    // The plugin of a language that has a runtime of AWS's own puts that in its place.
    AWS_EXECUTION_ENV: 'AWS_Lambda_provided.al2023',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_SAM_LOCAL: 'true',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
  }
  const missing = Object.entries(defaults).filter(([variable]) => !given[variable])
  const variables: Variables = {
    ...given,
    ...Object.fromEntries(missing),
    ...(memory !== undefined && { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory) }),
  }
  return {
    variables,
    functionArn: `arn:aws:lambda:${region}:${account}:function:${name}`,
    traceId: given['_X_AMZN_TRACE_ID'] || newTraceId(),
    // Without credentials no call reaches the wrong region.
    ...(found === undefined &&
      mayHaveCredentials(given) && {
        notice: `no region is set, so AWS_REGION is ${defaultRegion}; set AWS_REGION, or a region in ~/.aws/config`,
      }),
  }
}

function present(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function readEnvFile(file: string): Variables {
  try {
    return present(parseEnv(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new UsageError(`--env-file ${file} cannot be read: ${(error as Error).message}`)
  }
}

function readSettings(settings: readonly string[]): Variables {
  return Object.fromEntries(
    settings.map((setting) => {
      const { name, value } = /^(?<name>[^=\0]+)=(?<value>[^\0]*)$/.exec(setting)?.groups ?? {}
      if (name === undefined || value === undefined)
        throw new UsageError(`--env ${setting} is not NAME=VALUE, such as --env TABLE=orders`)
      return [name, value]
    }),
  )
}

/** The folder's name, in the characters that Lambda allows. */
function nameOf(root: string): string {
  return (
    basename(root)
      .replaceAll(/[^\w-]+/g, '-')
      .slice(0, 64) || 'function'
  )
}

/** Variables with which the SDKs of AWS find credentials. */
const credentials = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
]

/** Whether the SDKs of AWS may find credentials, other than those of a machine of AWS. */
function mayHaveCredentials(given: Variables): boolean {
  if (credentials.some((variable) => given[variable])) return true
  try {
    return [given['AWS_SHARED_CREDENTIALS_FILE'] || join(homeOf(given), '.aws/credentials'), configFileOf(given)].some(
      (file) => existsSync(file),
    )
  } catch {
    return false
  }
}

function configFileOf(given: Variables): string {
  return given['AWS_CONFIG_FILE'] || join(homeOf(given), '.aws/config')
}

/** @throws Error for a user without a home folder */
function homeOf(given: Variables): string {
  return given['HOME'] || homedir()
}

/** `region` of the profile, as the SDKs of AWS find it. */
function profileRegion(given: Variables): string | undefined {
  const profile = given['AWS_PROFILE'] || given['AWS_DEFAULT_PROFILE'] || 'default'
  const wanted = profile === 'default' ? ['default', 'profile default'] : [`profile ${profile}`]
  let section = ''
  try {
    for (const line of readFileSync(configFileOf(given), 'utf8').split('\n')) {
      section = /^\s*\[\s*(?<name>[^\]]+?)\s*\]/.exec(line)?.groups?.['name']?.replaceAll(/\s+/g, ' ') ?? section
      const region = /^region\s*=\s*(?<region>[\w-]+)/.exec(line)?.groups?.['region']
      if (region !== undefined && wanted.includes(section)) return region
    }
  } catch {
    // There is no such file.
  }
  return undefined
}

function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16)
  return `Root=1-${seconds}-${hex(12)};Parent=${hex(8)};Sampled=0`
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}
