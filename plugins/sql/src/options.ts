import { HostError } from '@anyhandler/core'

/** `plugins.sql.options` of the configuration. */
export interface SqlOptions {
  /** `:memory:`, the default, or a file: in the task root it is opened read-only, elsewhere for writing. Relative to the task root. */
  readonly database?: string
  /** `auto`, the default: WAL where it works, which is on local disks. `rollback`: a rollback journal everywhere. */
  readonly journal?: 'auto' | 'rollback'
  /** Folders below which `ATTACH` may open and create files, beside `/tmp` and the database's own. */
  readonly folders?: readonly string[]
  /** Folder of `*.sql` files that are applied once; `migrations`, if it exists. `false` = none. */
  readonly migrations?: string | false
  /** Script for each new connection; `on_connect.sql`, if it exists. `false` = none. */
  readonly onConnect?: string | false
  /** Module in the task root that registers SQL functions. */
  readonly functions?: string
  /** Names of the variables that `env()` may read. */
  readonly env?: readonly string[]
}

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string' && value.trim() !== ''
const isTextList: Check = (value) => Array.isArray(value) && value.every(isText)

const allowed: { readonly [Key in keyof Required<SqlOptions>]: readonly [Check, string] } = {
  database: [isText, ':memory: or the path of a file'],
  journal: [(value) => value === 'auto' || value === 'rollback', 'auto or rollback'],
  folders: [isTextList, 'a list of folders'],
  migrations: [(value) => value === false || isText(value), 'a folder, or false'],
  onConnect: [(value) => value === false || isText(value), 'a file, or false'],
  functions: [isText, 'the path of a module in the task root, such as ./functions.js'],
  env: [isTextList, 'a list of names of environment variables'],
}

/** @throws HostError `Runtime.InvalidConfiguration` with the key's path, what was found and what is allowed. */
export function checkOptions(options: unknown): SqlOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw invalid('plugins.sql.options', options, 'a mapping')
  for (const [key, value] of Object.entries(options)) {
    if (!Object.hasOwn(allowed, key)) {
      throw new HostError(
        'Runtime.InvalidConfiguration',
        `plugins.sql.options.${key} is not known; there are ${Object.keys(allowed).join(', ')}`,
      )
    }
    const [check, text] = allowed[key as keyof SqlOptions]
    if (value !== undefined && !check(value)) throw invalid(`plugins.sql.options.${key}`, value, text)
  }
  return options
}

function invalid(key: string, value: unknown, text: string): HostError {
  return new HostError('Runtime.InvalidConfiguration', `${key} is ${JSON.stringify(value)}; it must be ${text}`)
}
