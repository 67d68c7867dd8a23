import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plugin, PluginEnv } from '../../contract.ts'
import { messageOf } from '../../errors.ts'
import { Census, countDescriptors, describe } from './census.ts'
import type { Case } from './case.ts'
import { fail } from './conformance-error.ts'
import { eventually, goneMs, patienceMs, within } from './patience.ts'
import { builtInsOf, makePlugin, newMark, textOf, variablesFor } from './subject.ts'
import type { Subject } from './subject.ts'

/** `failedSetup`: the handler can't be loaded (a syntax error, a missing module), which `setup` says by a throw. */
export const failedSetup: Case = (subject, { handler }) =>
  inTwoRounds(subject, handler, async (plugin, env) => {
    const error = await within(rejectionOf(plugin, env), patienceMs, 'the end of setup')
    if (error === undefined) fail(`setup was to fail for the handler '${handler}', which can't be loaded`)
    if (messageOf(error) === '') fail('setup failed without a message')
  })

/** `cleanup`: any good handler. */
export const cleanup: Case = (subject, { handler }) =>
  inTwoRounds(subject, handler, async (plugin, env) => {
    await within(Promise.resolve(plugin.setup(env)), patienceMs, 'setup')
  })

/** The first round may open what stays for the life of the process; after the second nothing more may be there. */
async function inTwoRounds(
  subject: Subject,
  handler: string,
  setUp: (plugin: Plugin, env: PluginEnv) => Promise<void>,
): Promise<void> {
  const mark = newMark()
  const census = new Census(process.pid, textOf(mark))
  const variables = variablesFor(subject, { runtimeApi: '127.0.0.1:9', handler, concurrency: 1, mark })
  let before = 0
  try {
    for (const round of [1, 2]) {
      await withEnv(subject, handler, variables, async (env) => {
        const plugin = await makePlugin(subject)
        try {
          await setUp(plugin, env)
        } finally {
          await within(Promise.resolve(plugin.cleanup(env)), patienceMs, 'cleanup')
        }
        await within(Promise.resolve(plugin.cleanup(env)), patienceMs, 'the second cleanup')
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

async function rejectionOf(plugin: Plugin, env: PluginEnv): Promise<unknown> {
  try {
    await plugin.setup(env)
    return undefined
  } catch (error) {
    return error ?? new Error('setup threw nothing')
  }
}

/** A small, real environment for a plugin that no host stands behind. */
async function withEnv(
  subject: Subject,
  handler: string,
  variables: Record<string, string>,
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
    await work({ taskRoot, handlers: [ref], concurrency: 2, variables, tmp, log: () => {} })
  } finally {
    rmSync(tmp, { recursive: true, force: true })
  }
}
