import { basename, relative, resolve } from 'node:path'
import { leave } from '@anyhandler/core/host'
import { handlersFound } from '../artifacts/project-handlers.ts'
import { projectOf } from '../artifacts/project.ts'
import { builtIns } from '../built-ins.ts'
import { UsageError } from '../usage-error.ts'
import type { Parsed } from '../command-line/command.ts'
import type { dev as table } from '../flags/dev.ts'
import { readSample, sampleNames } from '../events/sample-events.ts'
import { environmentSettings } from '../invoke/environment-flags.ts'
import { localEnvironment } from '../local-environment.ts'
import type { Recordable } from '../records/record.ts'
import { Recorder } from '../records/recorder.ts'
import { openRoot } from '../root.ts'

const defaultMemory = 128

export async function dev({ values, operands: [folder] }: Parsed<typeof table>): Promise<number> {
  const { startDev, Terminal } = await import('@anyhandler/dev')
  const root = openRoot(folder, 'DIR')
  const settings = { root, caller: process.env, ...environmentSettings(values) }
  const { variables, notice } = localEnvironment(settings)
  let good = variables
  const isJson = values.json === true
  const terminal = new Terminal({
    isJson,
    hasColours: !isJson && process.stdout.isTTY && !process.env['NO_COLOR'],
    write: (text) => void process.stdout.write(text),
  })
  const configFile = values.config
  const envFile = values['env-file']
  const name = variables['AWS_LAMBDA_FUNCTION_NAME'] ?? basename(root)
  const server = await startDev({
    catalogue: {
      root,
      name,
      builtIns,
      ...(configFile !== undefined && { configFile: resolve(configFile) }),
      ...(envFile !== undefined && { envFile: resolve(envFile) }),
      handlersFound: (config) => handlersFound(projectOf(root, config)),
    },
    command: hostCommand(configFile),
    // Read again at each start, so that a changed file of variables takes effect.
    variables(one) {
      try {
        good = localEnvironment(settings).variables
      } catch (error) {
        // The file may be gone for a moment, in a checkout.
        terminal.say(`anyhandler: ${(error as Error).message}; the old variables stay in use`)
      }
      return { ...good, ...(settings.aws && { AWS_LAMBDA_FUNCTION_NAME: one }) }
    },
    region: variables['AWS_REGION'] ?? 'us-east-1',
    ...addressOf(values),
    port: values.port,
    as: values.as,
    timeoutMs: 1000 * values.timeout,
    ...(settings.memory !== undefined && { memory: settings.memory }),
    memorySize: Number(variables['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? defaultMemory),
    maxInstances: values['max-instances'] ?? (await processors()),
    samples: { names: sampleNames, read: readSample },
    saveCase: (invocation, wanted) => saveAsCase(root, invocation, wanted),
    notice: (sentence) => terminal.say(`anyhandler: ${sentence}`),
    reloaded: ({ functions, files }) =>
      terminal.tell('reload', { functions, files }, `reloaded ${functions.join(', ')}: ${files.join(', ')}`),
  })
  if (notice) terminal.say(`anyhandler: ${notice}`)
  const { address, functions, routes, name: front } = server.state()
  const names = functions.map((one) => one.name)
  const served = routes
    ? `${routes.length === 1 ? '1 route' : `${routes.length} routes`} as ${front}: ${shownRoutes(routes)}`
    : names.length === 0
      ? 'no handler yet'
      : names.map((one) => `/${one}`).join(', ')
  terminal.tell(
    'ready',
    { address, functions: names, ms: Math.round(performance.now()) },
    readyLine(address, served, routes ? front : 'NAME', values),
  )
  server.store.subscribe(terminal)
  const records = values.record
  if (records !== undefined)
    server.store.subscribe(new Recorder(resolve(records), (sentence) => terminal.say(`anyhandler: ${sentence}`)))
  return new Promise(() => {
    let ending: Promise<void> | undefined
    const end = (): void => void (ending ??= server.close().then(() => leave(0)))
    // Again and again: an impatient second Ctrl-C must not leave the functions' processes behind.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
    // The reader of the lines has ended.
    process.stdout.once('error', end)
  })
}

/** Makes a case of an invocation, its secrets masked, in the case file of its handler. */
async function saveAsCase(root: string, invocation: Recordable, wanted: string | undefined) {
  const [{ recordOf }, { saveCase }] = await Promise.all([
    import('../records/record.ts'),
    import('../test-cases/from-record.ts'),
  ])
  const record = recordOf(invocation)
  if (!record) throw new UsageError('the invocation has no answer, or its event or answer was too long to keep')
  const { file, name } = saveCase(root, record, wanted)
  return { file: relative(root, file), name }
}

/** A long table would push the addresses off the screen. */
function shownRoutes(routes: readonly { readonly route: string }[]): string {
  const most = 12
  const more = routes.length > most ? `, and ${routes.length - most} more (anyhandler plugins --routes lists all)` : ''
  return `${routes
    .slice(0, most)
    .map(({ route }) => route)
    .join(', ')}${more}`
}

function readyLine(address: string, served: string, name: string, values: Parsed<typeof table>['values']): string {
  const page = values.host === undefined ? `\n  page    http://${address}/_anyhandler/` : ''
  return `anyhandler serves ${served}\n  HTTP    http://${address}/\n  Invoke  aws lambda invoke --endpoint-url http://${address} --function-name ${name} out.json${page}`
}

/** This very program, with the flags of Node that it was started with. */
function hostCommand(configFile: string | undefined): readonly string[] {
  const own = [process.execPath, ...process.execArgv, process.argv[1] ?? '']
  return [...own, 'run', '--local', ...(configFile === undefined ? [] : ['--config', resolve(configFile)])]
}

async function processors(): Promise<number> {
  const { availableParallelism } = await import('node:os')
  return availableParallelism()
}

/** @throws UsageError for another address than this machine's own without the consent to it */
function addressOf(values: Parsed<typeof table>['values']): { readonly host: string; readonly hasPage: boolean } {
  const host = values.host
  if (host === undefined) return { host: '127.0.0.1', hasPage: true }
  if (['127.0.0.1', 'localhost', '::1'].includes(host))
    return { host: host === 'localhost' ? '127.0.0.1' : host, hasPage: true }
  if (values['allow-remote'] !== true)
    throw new UsageError(`--host ${host} lets other machines run your handlers; add --allow-remote to confirm`)
  return { host, hasPage: false }
}
