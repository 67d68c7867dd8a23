import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plugin, PluginEnv } from '../../contract.ts'
import { HostError, messageOf } from '../../errors.ts'
import { keepSteps } from './lane-steps.ts'
import { Census, countDescriptors, describe } from './census.ts'
import type { Case } from './case.ts'
import { ConformanceError, fail } from './conformance-error.ts'
import { eventually, goneMs, patienceMs, within } from './patience.ts'
import { builtInsOf, makePlugin, newMark, textOf, variablesFor } from './subject.ts'
import type { Subject } from './subject.ts'

/** `failedSetup`: the handler can't be loaded (a syntax error, a missing module), so `setup` throws. */
export const failedSetup: Case = (subject, { handler }) =>
  inTwoRounds(subject, handler, async (plugin, env) => {
    const error = await rejectionOf(plugin, env, subject)
    if (error === undefined) fail(`setup was to fail for the handler '${handler}', which can't be loaded`)
    if (messageOf(error) === '') fail('setup failed without a message')
  })

/** `missing`: the handler's file exists but has no function of that name, so `setup` throws. */
export const missing: Case = (subject, { handler }) =>
  inTwoRounds(subject, handler, async (plugin, env) => {
    const error = await rejectionOf(plugin, env, subject)
    const name = env.handlers[0]?.function ?? handler
    if (error === undefined) fail(`setup was to fail for the handler '${handler}': its file has no '${name}'`)
    if (!isNamed(name, handler, messageOf(error)))
      fail(`the error about the missing handler doesn't name '${name}': ${messageOf(error)}`)
  })

/**
 * Whether a message names a function. The word `handler` stands in many messages: it is a name in quotes, in a call, or
 * behind its file.
 */
function isNamed(name: string, handler: string, message: string): boolean {
  if (message.includes(handler)) return true
  return name === 'handler' ? /(["'`])handler\1|handler\(|[.:#]handler\b/.test(message) : message.includes(name)
}

/** `cleanup`: any good handler. Its drivers end by themselves when they are told to. */
export const cleanup: Case = async (subject, { handler }) => {
  // One slow end may be due to a busy machine, and so may several at once; those of a wrong driver are always slow.
  for (let times = 1; ; times++) {
    const slow: string[] = []
    await inTwoRounds(
      subject,
      handler,
      async (plugin, env) => {
        await within(Promise.resolve(plugin.setup(env)), patienceMs, { what: 'setup', endsAt: subject.endsAt })
      },
      (line) => {
        if (line.includes('the end of its control descriptor')) slow.push(line)
      },
    )
    if (slow.length <= 1) return
    if (times === 3) fail(slow[0]!)
  }
}

/** The first round may open things that stay open for the life of the process; the second round must add nothing. */
async function inTwoRounds(
  subject: Subject,
  handler: string,
  setUp: (plugin: Plugin, env: PluginEnv) => Promise<void>,
  onLog: (line: string) => void = () => {},
): Promise<void> {
  const { endsAt } = subject
  keepSteps()
  const mark = newMark()
  const census = new Census(process.pid, textOf(mark))
  const variables = variablesFor(subject, { runtimeApi: '127.0.0.1:9', handler, concurrency: 1, mark })
  let before = 0
  try {
    for (const round of [1, 2]) {
      await withEnv(subject, handler, variables, onLog, async (env) => {
        const plugin = await makePlugin(subject)
        try {
          await setUp(plugin, env)
        } finally {
          await within(Promise.resolve(plugin.cleanup(env)), patienceMs, { what: 'cleanup', endsAt })
        }
        await within(Promise.resolve(plugin.cleanup(env)), patienceMs, { what: 'the second cleanup', endsAt })
      })
      await eventually(() => left(census), goneMs)
      if (round === 1) before = countDescriptors(process.pid)
    }
    await eventually(() => {
      const after = countDescriptors(process.pid)
      return after > before ? `${after - before} descriptors more are open than after the round before` : undefined
    }, goneMs)
  } finally {
    census.killAll()
  }
}

function left(census: Census): string | undefined {
  const living = census.living()
  return living.length > 0 ? `left behind after cleanup: ${describe(living)}` : undefined
}

/** Types of errors of the interpreter or the driver, which come before the handler is read. */
const notAsked: readonly string[] = ['Runtime.DriverFailed', 'Runtime.InterpreterNotFound']

/** The rejection of `setup`; undefined when it succeeds. */
async function rejectionOf(plugin: Plugin, env: PluginEnv, { endsAt }: Subject): Promise<unknown> {
  try {
    await within(Promise.resolve(plugin.setup(env)), patienceMs, { what: 'the end of setup', endsAt })
    return undefined
  } catch (error) {
    // If the driver can't start, the error doesn't concern the handler.
    if (error instanceof ConformanceError || (HostError.is(error) && notAsked.includes(error.code))) throw error
    return error ?? new Error('setup threw nothing')
  }
}

/** A small, real environment for a plugin without a host. */
async function withEnv(
  subject: Subject,
  handler: string,
  variables: Record<string, string>,
  onLog: (line: string) => void,
  work: (env: PluginEnv) => Promise<void>,
): Promise<void> {
  const [{ findHandler }, { loadConfig }, { Registry }] = await Promise.all([
    import('../../find-handler/find-handler.ts'),
    import('../../config/config.ts'),
    import('../../registry/registry.ts'),
  ])
  const { taskRoot, configFile } = subject
  const config = await loadConfig(taskRoot, configFile)
  const { languages } = new Registry(await builtInsOf(subject), config, taskRoot)
  const ref = findHandler(handler, { taskRoot, languages, handlers: config.handlers })
  const tmp = mkdtempSync(join(tmpdir(), 'anyhandler-conformance-'))
  try {
    await work({ taskRoot, handlers: [ref], concurrency: 2, variables, tmp, log: (line) => onLog(String(line)) })
  } finally {
    rmSync(tmp, { recursive: true, force: true })
  }
}
