import { basename, relative, resolve } from 'node:path'
import { leave } from '@anyhandler/core/host'
import type { RequestKind } from '@anyhandler/core/http'
import { handlersFound } from '../artifacts/project-handlers.ts'
import { projectOf } from '../artifacts/project.ts'
import { builtIns } from '../built-ins.ts'
import { textOf, UsageError } from '../command.ts'
import type { Command, Values } from '../command.ts'
import { readSample, sampleNames } from '../events/sample-events.ts'
import { environmentOptions, environmentSettings } from '../invoke/environment-flags.ts'
import { localEnvironment } from '../local-environment.ts'
import type { Recordable } from '../records/record.ts'
import { Recorder } from '../records/recorder.ts'
import { openRoot } from '../root.ts'

const help = `Usage: anyhandler dev [DIR] [--port PORT] [--as KIND] [--timeout SECONDS] [--memory MIB] [--max-instances N]
                      [--env NAME=VALUE]... [--env-file FILE] [--no-aws-env] [--config FILE] [--json]
                      [--record DIR] [--host ADDRESS --allow-remote]

Serves the handlers of a folder on one port: Lambda's Invoke API, a front door for HTTP, and a page that shows what
happens. Each function runs as on Lambda, in processes of its own, and is reloaded when one of its files changes.

  DIR                the handlers' folder; the working directory when absent
  --port PORT        3000 when absent; 0 = a free one
  --as KIND          the front door of HTTP requests: url (when absent), rest, http, http-1.0, alb, alb-multi, lattice,
                     lattice-1
  --timeout SECONDS  for an event; 30 when absent
  --memory MIB       over which an instance is killed; without it nothing is limited, and the function is told 128
  --max-instances N  events of one function that are served at once; as many as there are processors when absent
  --env NAME=VALUE   a variable for the functions; may be given several times
  --env-file FILE    variables from a file, NAME=VALUE a line
  --no-aws-env       leaves out what Lambda sets
  --config FILE      a configuration file in place of the one in the folder
  --record DIR       writes each invocation to a file there, its secrets masked, for invoke --replay and test --from
  --json             one JSON object a line in place of text
  --host ADDRESS     another address than 127.0.0.1; needs --allow-remote, and turns the page off
  --allow-remote     others may reach the functions

HTTP: http://127.0.0.1:3000/NAME/… goes to the handler NAME, which sees the path without /NAME. With routes in the
configuration they decide. The page is at http://127.0.0.1:3000/_anyhandler/
Invoke API: aws lambda invoke --endpoint-url http://127.0.0.1:3000 --function-name NAME out.json

Exit code: 0 after Ctrl-C; 2 for wrong usage.
`

const kinds: readonly RequestKind[] = ['url', 'rest', 'http', 'http-1.0', 'alb', 'alb-multi', 'lattice', 'lattice-1']
const defaultMemory = 128

export const dev: Command = {
  name: 'dev',
  summary: 'serves the handlers of a folder on one port, here',
  help,
  options: {
    port: { type: 'string' },
    as: { type: 'string' },
    timeout: { type: 'string' },
    'max-instances': { type: 'string' },
    config: { type: 'string' },
    json: { type: 'boolean' },
    record: { type: 'string' },
    host: { type: 'string' },
    'allow-remote': { type: 'boolean' },
    ...environmentOptions,
  },
  operands: ['[DIR]'],
  async run(values, [folder]) {
    const { startDev, Terminal } = await import('@anyhandler/dev')
    const root = openRoot(folder, 'DIR')
    const settings = { root, caller: process.env, ...environmentSettings(values) }
    const { variables, notice } = localEnvironment(settings)
    let good = variables
    const isJson = values['json'] === true
    const terminal = new Terminal({
      isJson,
      hasColours: !isJson && process.stdout.isTTY && !process.env['NO_COLOR'],
      write: (text) => void process.stdout.write(text),
    })
    const configFile = textOf(values, 'config')
    const envFile = textOf(values, 'env-file')
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
      // Read anew at each start, so that a changed file of variables counts.
      variables(one) {
        try {
          good = localEnvironment(settings).variables
        } catch (error) {
          // The file may be gone for a moment, in a checkout.
          terminal.say(`anyhandler: ${(error as Error).message}; the variables from before stay`)
        }
        return { ...good, ...(settings.aws && { AWS_LAMBDA_FUNCTION_NAME: one }) }
      },
      region: variables['AWS_REGION'] ?? 'us-east-1',
      ...addressOf(values),
      port: wholeNumber(values, 'port', { least: 0, most: 65_535, usual: 3000 }),
      as: kindOf(textOf(values, 'as')),
      timeoutMs: 1000 * secondsOf(textOf(values, 'timeout')),
      ...(settings.memory !== undefined && { memory: settings.memory }),
      memorySize: Number(variables['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? defaultMemory),
      maxInstances: wholeNumber(values, 'max-instances', { least: 1, most: 1000, usual: await processors() }),
      samples: { names: sampleNames, read: readSample },
      saveCase: (invocation, wanted) => saveAsCase(root, invocation, wanted),
      notice: (sentence) => terminal.say(`anyhandler: ${sentence}`),
      reloaded: ({ functions, files }) =>
        terminal.tell('reload', { functions, files }, `reloaded ${functions.join(', ')}: ${files.join(', ')}`),
    })
    if (notice) terminal.say(`anyhandler: ${notice}`)
    const { address, functions, routes } = server.state()
    const names = functions.map((one) => one.name)
    const served = routes
      ? `${routes.length} routes`
      : names.length === 0
        ? 'no handler yet'
        : names.map((one) => `/${one}`).join(', ')
    terminal.tell(
      'ready',
      { address, functions: names, ms: Math.round(performance.now()) },
      readyLine(address, served, values),
    )
    server.store.subscribe(terminal)
    const records = textOf(values, 'record')
    if (records !== undefined)
      server.store.subscribe(new Recorder(resolve(records), (sentence) => terminal.say(`anyhandler: ${sentence}`)))
    return new Promise(() => {
      let ending: Promise<void> | undefined
      const end = (): void => void (ending ??= server.close().then(() => leave(0)))
      // Again and again: an impatient second Ctrl-C must not leave the functions' processes behind.
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
      // Whoever read the lines has gone.
      process.stdout.once('error', end)
    })
  },
}

/** Makes a case of an invocation, its secrets masked, in the case file of its handler. */
async function saveAsCase(root: string, invocation: Recordable, wanted: string | undefined) {
  const [{ recordOf }, { saveCase }] = await Promise.all([
    import('../records/record.ts'),
    import('../test-cases/from-record.ts'),
  ])
  const record = recordOf(invocation)
  if (!record) throw new UsageError('the invocation has no answer, or its event or its answer is too long to be kept')
  const { file, name } = saveCase(root, record, wanted)
  return { file: relative(root, file), name }
}

function readyLine(address: string, served: string, values: Values): string {
  const page = values['host'] === undefined ? `\n  page    http://${address}/_anyhandler/` : ''
  return `anyhandler serves ${served}\n  HTTP    http://${address}/\n  Invoke  aws lambda invoke --endpoint-url http://${address} --function-name NAME out.json${page}`
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
function addressOf(values: Values): { readonly host: string; readonly hasPage: boolean } {
  const host = textOf(values, 'host')
  if (host === undefined) return { host: '127.0.0.1', hasPage: true }
  if (['127.0.0.1', 'localhost', '::1'].includes(host))
    return { host: host === 'localhost' ? '127.0.0.1' : host, hasPage: true }
  if (values['allow-remote'] !== true)
    throw new UsageError(`--host ${host} lets others run your handlers; add --allow-remote if that is what you want`)
  return { host, hasPage: false }
}

function kindOf(text = 'url'): RequestKind {
  const kind = kinds.find((known) => known === text)
  if (!kind) throw new UsageError(`--as ${text} is none of ${kinds.join(', ')}`)
  return kind
}

const longestTimeout = 900

function secondsOf(text = '30'): number {
  const seconds = Number(text)
  if (seconds > 0 && seconds <= longestTimeout) return seconds
  throw new UsageError(`--timeout ${text} is not a number of seconds above 0 and up to ${longestTimeout}`)
}

function wholeNumber(
  values: Values,
  flag: string,
  { least, most, usual }: { readonly least: number; readonly most: number; readonly usual: number },
): number {
  const text = textOf(values, flag)
  const number = text === undefined ? usual : Number(text)
  if (Number.isInteger(number) && number >= least && number <= most) return number
  throw new UsageError(`--${flag} ${text} is not a whole number from ${least} to ${most}`)
}
