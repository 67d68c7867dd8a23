import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { HostError, isInside } from '@anyhandler/core'
import type { HandlerRef, PluginEnv } from '@anyhandler/core'
import type { SqlOptions } from './options.ts'
import { realPath } from './database/paths.ts'
import type { FunctionFacts } from './event/session.ts'
import type { WorkerOptions } from './worker.ts'

/** `context()` key → its environment variable. */
const factVariables: Readonly<Partial<Record<keyof FunctionFacts, string>>> = {
  functionName: 'AWS_LAMBDA_FUNCTION_NAME',
  functionVersion: 'AWS_LAMBDA_FUNCTION_VERSION',
  memoryLimitInMB: 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  logGroupName: 'AWS_LAMBDA_LOG_GROUP_NAME',
  logStreamName: 'AWS_LAMBDA_LOG_STREAM_NAME',
}

/**
 * The settings of the threads, from the configuration and the host.
 * @throws HostError when a handler is no file, or a configured file is missing or lies outside the task root.
 */
export function workerOptions(options: SqlOptions, env: PluginEnv): WorkerOptions {
  const { taskRoot, tmp, variables } = env
  const { database = ':memory:', journal = 'auto', folders = [] } = options
  const own = database === ':memory:' ? [] : [dirname(resolve(taskRoot, database))]
  const migrations = inTaskRoot('migrations', options.migrations, 'migrations', taskRoot)
  const onConnect = inTaskRoot('onConnect', options.onConnect, 'on_connect.sql', taskRoot)
  const functions = inTaskRoot('functions', options.functions, undefined, taskRoot)
  return {
    taskRoot,
    tmp,
    handlers: env.handlers.map(handlerFile),
    database,
    journal,
    folders: ['/tmp', ...own, ...folders.map((folder) => resolve(taskRoot, folder))],
    ...(migrations !== undefined && { migrations }),
    ...(onConnect !== undefined && { onConnect }),
    ...(functions !== undefined && { functions }),
    variables: Object.fromEntries((options.env ?? []).map((name) => [name, variables[name] ?? null])),
    facts: Object.fromEntries(
      Object.entries(factVariables).flatMap(([key, name]) =>
        variables[name] === undefined ? [] : [[key, variables[name]]],
      ),
    ),
  }
}

/** @throws HostError for a name without a file, or with a function in it. */
function handlerFile(handler: HandlerRef): string {
  if (handler.file === undefined)
    throw new HostError('Runtime.ImportModuleError', {
      problem: `the handler '${handler.name}' was not found: there is no file ${handler.target}.sql in the task root`,
    })
  if (handler.function !== undefined) {
    throw new HostError('Runtime.MalformedHandlerName', {
      problem: `the handler '${handler.name}' names '${handler.function}' in ${handler.file}, but an SQL file is one handler`,
      cure: 'leave it out',
    })
  }
  return handler.file
}

/** A path from the configuration, or the usual path if it exists. */
function inTaskRoot(
  key: string,
  configured: string | false | undefined,
  usual: string | undefined,
  taskRoot: string,
): string | undefined {
  const name = configured ?? usual
  if (name === false || name === undefined) return undefined
  const path = realPath(resolve(taskRoot, name))
  const at = `plugins.sql.options.${key}`
  if (!isInside({ path, folder: taskRoot }))
    throw new HostError('Runtime.InvalidConfiguration', {
      at,
      problem: `${at} is '${name}', which leads out of the task root ${taskRoot}`,
      cure: 'replace the link by the file itself',
    })
  if (existsSync(path)) return path
  if (configured === undefined) return undefined
  throw new HostError('Runtime.InvalidConfiguration', {
    at,
    problem: `${at} is '${name}', but ${path} does not exist`,
    cure: 'ship it, or name another one',
  })
}
