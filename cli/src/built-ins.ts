import type { BuiltIns } from '@anyhandler/core/host'

const loadSql = () => import('@anyhandler/sql')

/** The languages that come with the command. Their packages are imported only when a handler needs them. */
export const builtIns: BuiltIns = {
  bash: {
    extensions: ['.sh', '.bash'],
    executables: true,
    package: '@anyhandler/bash',
    load: () => import('@anyhandler/bash'),
  },
  sql: { extensions: ['.sql'], functions: 'none', package: '@anyhandler/sql', load: loadSql },
  python: {
    extensions: ['.py'],
    dottedModules: true,
    folderModule: '__init__',
    ownSearchPath: true,
    compiled: ['.pyc', '.so'],
    package: '@anyhandler/python-subprocess',
    load: () => import('@anyhandler/python-subprocess'),
  },
  javascript: {
    extensions: ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'],
    functions: 'first-dot',
    needsFunction: true,
    prefersFirst: true,
    yields: true,
    package: '@anyhandler/javascript',
    load: () => import('@anyhandler/javascript'),
  },
}

/** The bash plugin's check of a script, before bash reads it. Imported on demand, like the plugin. */
export const bashScripts = () => import('@anyhandler/bash/script')

/** The database of a SQL function, for its tests. */
export const sqlTesting = () => import('@anyhandler/sql/testing')
export type SqlTesting = Awaited<ReturnType<typeof sqlTesting>>
export type SqlModule = Awaited<ReturnType<typeof loadSql>>
export type SqlOptions = Parameters<SqlModule['default']>[0]
