import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { conformance } from '@anyhandler/core/testing'
import type { ConformanceHandlers } from '@anyhandler/core/testing'
import { HostError, loadConfig, Registry, resolvePlugin } from '@anyhandler/core/host'
import type { PluginFactory } from '@anyhandler/core'
import { BuildError } from '../artifacts/build-error.ts'
import { pluginPackage } from '../artifacts/language-package.ts'
import type { LanguagePackage } from '../artifacts/language-package.ts'
import { packageFaults } from './package-faults.ts'

const table = 'conformance.json'

/**
 * Looks at a plugin's package, its shape and its behaviour, and says each thing on standard output.
 *
 * @param specifier a folder, or the name of an installed package
 * @param handlers the folder of the kit's handlers
 * @returns the exit code: 1 when something doesn't hold
 */
export async function checkPlugin(specifier: string, handlers: string | undefined): Promise<number> {
  const faults: string[] = []
  const complain = (sentence: string): void => {
    faults.push(sentence)
    say(`error  ${sentence}`)
  }
  try {
    const plugin = findPackage(specifier)
    const { name, traits, folder, main } = plugin
    for (const fault of packageFaults(plugin)) complain(`package.json: ${fault}`)
    if (faults.length === 0) say(`ok     package.json: ${name} runs ${traits.extensions.join(' ') || 'no extension'}`)
    await checkShape(plugin)
    say(`ok     ${relative(folder, main)} makes a plugin`)
    await runKit(plugin, resolve(handlers ?? join(folder, 'test/handlers')), complain)
  } catch (error) {
    if (!HostError.is(error) && !(error instanceof BuildError)) throw error
    complain(error.message)
  }
  return faults.length === 0 ? 0 : 1
}

function findPackage(specifier: string): LanguagePackage {
  const folder = resolve(specifier)
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false
  const main = isFolder
    ? resolvePlugin({ name: specifier, specifier: './' }, folder)
    : resolvePlugin({ name: specifier, specifier }, process.cwd())
  return pluginPackage(specifier, main)
}

/** Loads the plugin as the host does at its start. @throws HostError like the host */
async function checkShape({ name, traits, folder }: LanguagePackage): Promise<void> {
  const none = await loadConfig(import.meta.dirname)
  const entry = { ...traits, package: './' }
  const made = await new Registry({}, { ...none, plugins: { [name]: entry } }, folder).load(name)
  if (made.extensions.join(' ') === traits.extensions.join(' ')) return
  throw new HostError('Runtime.PluginInvalid', {
    problem: `the plugin's extensions are ${made.extensions.join(' ')}, but its package.json says ${traits.extensions.join(' ')}`,
    cure: 'a layer uses those of package.json: make both the same',
  })
}

async function runKit(
  { name, traits: language, main }: LanguagePackage,
  folder: string,
  complain: (sentence: string) => void,
): Promise<void> {
  const file = join(folder, table)
  if (!existsSync(file)) {
    complain(
      `the conformance kit was not run: there is no ${file}, which names a handler for each case (docs/testing.md)`,
    )
    return
  }
  const module = pathToFileURL(main)
  const { default: factory } = (await import(module.href)) as { readonly default: PluginFactory }
  let cases: ReturnType<typeof conformance>
  try {
    const handlers = JSON.parse(readFileSync(file, 'utf8')) as ConformanceHandlers
    cases = conformance(factory, handlers, { taskRoot: folder, language, module })
  } catch (error) {
    complain(`${file}: ${(error as Error).message}`)
    return
  }
  let failures = 0
  for (const { name: title, run, cannot } of cases) {
    const started = performance.now()
    try {
      await run()
      say(`ok     ${title}${cannot === undefined ? ` (${Math.round(performance.now() - started)} ms)` : ''}`)
    } catch (error) {
      failures += 1
      complain(`${title}\n       ${(error as Error).message.trimEnd().replaceAll('\n', '\n       ')}`)
    }
  }
  say(
    `${cases.length} cases of the conformance kit for ${name}, ${failures} ${failures === 1 ? 'failure' : 'failures'}`,
  )
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
