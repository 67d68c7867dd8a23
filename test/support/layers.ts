/**
 * Who may import whom. `test/imports.test.ts` holds every import to this table, imports of types included; the lint rules
 * (`npm run borders`) and the picture in docs/architecture.md are made of it.
 *
 * A place is a folder, without the folders below it, or one file. Each may import itself and what its row names.
 */
export const layers: Readonly<Record<string, readonly string[]>> = {
  // Core's ground floor: imported by all, imports nothing above.
  'core/src': [],
  'core/src/env': ['core/src'],
  'core/src/routes/route-key.ts': ['core/src'],
  'core/src/routes/source-filters.ts': [],
  'core/src/config': ['core/src', 'core/src/routes/route-key.ts', 'core/src/routes/source-filters.ts'],
  'core/src/registry': ['core/src', 'core/src/config'],
  'core/src/find-handler': ['core/src', 'core/src/registry'],
  'core/src/response': ['core/src'],
  'core/src/events': [],
  'core/src/http': ['core/src', 'core/src/events', 'core/src/response'],
  'core/src/http/judge': ['core/src/events', 'core/src/http'],
  'core/src/http/index.ts': ['core/src/http', 'core/src/http/judge'],
  'core/src/batches': ['core/src', 'core/src/events'],
  'core/src/routes': [
    'core/src',
    'core/src/events',
    'core/src/routes/route-key.ts',
    'core/src/routes/source-filters.ts',
  ],
  'core/src/log': ['core/src', 'core/src/env'],
  'core/src/wire': ['core/src'],
  'core/src/runtime-api.ts': ['core/src', 'core/src/response', 'core/src/wire'],
  'core/src/runtime-api-server': ['core/src'],
  'core/src/lane': ['core/src'],
  'core/src/thread': ['core/src', 'core/src/lane'],
  'core/src/leftovers': ['core/src'],
  'core/src/child/protocol': ['core/src', 'core/src/lane'],
  'core/src/child/driver': ['core/src', 'core/src/lane', 'core/src/leftovers', 'core/src/child/protocol'],
  'core/src/child/lane': [
    'core/src',
    'core/src/lane',
    'core/src/leftovers',
    'core/src/child/protocol',
    'core/src/child/driver',
  ],
  'core/src/child': [
    'core/src',
    'core/src/lane',
    'core/src/child/protocol',
    'core/src/child/driver',
    'core/src/child/lane',
  ],
  'core/src/index.ts': ['core/src', 'core/src/lane'],
  'core/src/host': [
    'core/src',
    'core/src/env',
    'core/src/config',
    'core/src/registry',
    'core/src/find-handler',
    'core/src/response',
    'core/src/events',
    'core/src/http',
    'core/src/routes',
    'core/src/batches',
    'core/src/log',
    'core/src/wire',
    'core/src/runtime-api.ts',
    'core/src/lane',
  ],
  'core/src/testing/conformance': [
    'core/src',
    'core/src/env',
    'core/src/config',
    'core/src/registry',
    'core/src/find-handler',
    'core/src/runtime-api-server',
    'core/src/host',
  ],
  'core/src/testing': ['core/src', 'core/src/runtime-api-server', 'core/src/testing/conformance'],

  'plugins/bash/src': [],
  'plugins/javascript/src': [],
  'plugins/python-subprocess/src': [],
  'plugins/sql/src/rule-error.ts': [],
  'plugins/sql/src/task.ts': [],
  'plugins/sql/src/script': ['plugins/sql/src/rule-error.ts'],
  'plugins/sql/src/event': ['plugins/sql/src/rule-error.ts', 'plugins/sql/src/task.ts'],
  'plugins/sql/src/answer': ['plugins/sql/src/rule-error.ts', 'plugins/sql/src/script', 'plugins/sql/src/event'],
  'plugins/sql/src/database': ['plugins/sql/src/script', 'plugins/sql/src/event'],
  'plugins/sql/src': [
    'plugins/sql/src/rule-error.ts',
    'plugins/sql/src/task.ts',
    'plugins/sql/src/script',
    'plugins/sql/src/event',
    'plugins/sql/src/answer',
    'plugins/sql/src/database',
  ],

  'dev/src/records': [],
  'dev/src/instances': [],
  'dev/src/watch': [],
  'dev/src/server': ['dev/src/records'],
  'dev/src/functions': ['dev/src/records', 'dev/src/instances', 'dev/src/watch'],
  'dev/src/front': ['dev/src/records', 'dev/src/instances', 'dev/src/functions', 'dev/src/server'],
  'dev/src/invoke-api': ['dev/src/records', 'dev/src/instances', 'dev/src/functions', 'dev/src/server'],
  'dev/src/page-api': ['dev/src/records', 'dev/src/functions', 'dev/src/front', 'dev/src/invoke-api', 'dev/src/server'],
  'dev/src/terminal': ['dev/src/records'],
  'dev/src': [
    'dev/src/records',
    'dev/src/functions',
    'dev/src/front',
    'dev/src/invoke-api',
    'dev/src/page-api',
    'dev/src/server',
    'dev/src/terminal',
  ],

  'cli/src': [],
  'cli/src/artifacts/target.ts': [],
  'cli/src/artifacts/templates': ['cli/src', 'cli/src/artifacts/target.ts'],
  'cli/src/artifacts': ['cli/src', 'cli/src/artifacts/target.ts', 'cli/src/artifacts/templates'],
  'cli/src/doctor': ['cli/src', 'cli/src/artifacts', 'cli/src/artifacts/target.ts'],
  'cli/src/doctor/checks': ['cli/src', 'cli/src/artifacts', 'cli/src/artifacts/target.ts', 'cli/src/doctor'],
  'cli/src/doctor/examine.ts': ['cli/src', 'cli/src/artifacts', 'cli/src/doctor', 'cli/src/doctor/checks'],
  'cli/src/events': ['cli/src'],
  'cli/src/invoke': ['cli/src', 'cli/src/events'],
  'cli/src/plugin-check': ['cli/src', 'cli/src/artifacts'],
  'cli/src/commands': [
    'cli/src/plugin-check',
    'cli/src/events',
    'cli/src/invoke',
    'cli/src',
    'cli/src/artifacts',
    'cli/src/artifacts/target.ts',
    'cli/src/doctor',
    'cli/src/doctor/examine.ts',
  ],
  'cli/src/main.ts': ['cli/src', 'cli/src/commands'],
}

/** Libraries that one place alone knows: a new major version of one is that place's matter. */
export const libraries: Readonly<Record<string, string>> = {
  tinypool: 'core/src/thread/start-thread.ts',
  undici: 'core/src/wire',
  valibot: 'core/src/config',
  cosmiconfig: 'core/src/config',
  'better-sqlite3': 'plugins/sql/src',
  esbuild: 'cli/src/artifacts',
  yazl: 'cli/src/artifacts',
}

/** The row of a source file: its own, or its folder's. */
export function placeOf(file: string): string | undefined {
  if (Object.hasOwn(layers, file)) return file
  const folder = file.slice(0, file.lastIndexOf('/'))
  return Object.hasOwn(layers, folder) ? folder : undefined
}
