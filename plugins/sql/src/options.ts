import { checkOptions as check } from '@anyhandler/core'
import type { OptionRules } from '@anyhandler/core'

/** `plugins.sql.options` of the configuration. */
export interface SqlOptions {
  /**
   * `:memory:`, the default, or a file: in the task root it is opened read-only, elsewhere for writing. Relative to the
   * task root.
   */
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

/** Exported for the schema of configurations, too. */
export const rules: OptionRules<SqlOptions> = {
  database: { type: 'string', allowed: ':memory: or the path of a file' },
  journal: { type: 'string', values: ['auto', 'rollback'] },
  folders: { type: 'list', items: { type: 'string', allowed: 'a folder' }, allowed: 'a list of folders' },
  migrations: { type: 'string', orFalse: true, allowed: 'a folder, or false' },
  onConnect: { type: 'string', orFalse: true, allowed: 'a file, or false' },
  functions: { type: 'string', allowed: 'the path of a module in the task root, such as ./functions.js' },
  env: {
    type: 'list',
    items: { type: 'string', allowed: 'the name of an environment variable' },
    allowed: 'a list of names of environment variables',
  },
}

/** @throws HostError `Runtime.InvalidConfiguration` */
export function checkOptions(given: unknown): SqlOptions {
  return check('plugins.sql.options', given, rules)
}
