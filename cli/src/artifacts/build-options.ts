import { closestName, HostError, resolvePlugin } from '@anyhandler/core/host'
import { builtIns } from '../built-ins.ts'
import type { Given } from '../command-line/command.ts'
import type { build } from '../flags/build.ts'
import { UsageError } from '../usage-error.ts'

export type BuildValues = Given<typeof build.flags>

/** `--exclude a,b`: words with commas between them. */
export function listOf(text = ''): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

/**
 * `--languages bash,sql,anyhandler-plugin-perl`: built-in ones, in the order of their table, and packages that are
 * installed here. All built-in ones without the flag.
 * @throws UsageError
 */
export function languagesOf(text: string | undefined): readonly string[] {
  const known = Object.keys(builtIns)
  if (text === undefined) return known
  const names = listOf(text)
  if (names.length === 0) throw new UsageError(`--languages names no language; there are ${known.join(', ')}`)
  for (const name of names) {
    if (!known.includes(name) && !isInstalled(name))
      throw new UsageError(
        `--languages: there is no language '${name}'${didYouMean(name, known)}; there are ${known.join(', ')}, and the packages of plugins that are installed here`,
      )
  }
  const others = names.filter((name) => !known.includes(name))
  return [...known.filter((name) => names.includes(name)), ...new Set(others)]
}

function isInstalled(specifier: string): boolean {
  if (specifier.startsWith('/')) return false
  try {
    resolvePlugin({ name: specifier, specifier }, process.cwd())
    return true
  } catch (error) {
    if (HostError.is(error) && error.code === 'Runtime.PluginNotFound') return false
    throw error
  }
}

function didYouMean(word: string, known: readonly string[]): string {
  const closest = closestName(word, known)
  return closest === undefined ? '' : `, did you mean ${closest}?`
}
