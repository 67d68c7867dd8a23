import { closestName, HostError, resolvePlugin } from '@anyhandler/core/host'
import { builtIns } from '../built-ins.ts'
import { textOf, UsageError } from '../command.ts'
import type { Values } from '../command.ts'
import { architectures, isTooOld, runtimes } from './target.ts'
import type { Architecture, Runtime } from './target.ts'

/** The value of a flag that allows some words only; the first of them when it isn't given. @throws UsageError */
export function choice<Word extends string>(values: Values, flag: string, words: readonly [Word, ...Word[]]): Word {
  const text = textOf(values, flag)
  if (text === undefined) return words[0]
  const word = words.find((known) => known === text)
  if (word !== undefined) return word
  if (isTooOld(text))
    throw new UsageError(
      `--${flag} ${text} is Amazon Linux 2 (glibc 2.26), where Node 24 can't start; there are ${words.join(', ')}`,
    )
  throw new UsageError(`--${flag} ${text} is not known${didYouMean(text, words)}; there are ${words.join(', ')}`)
}

export function runtimeOf(values: Values): Runtime {
  return choice(values, 'runtime', runtimes)
}

/** Names of architectures elsewhere: AWS's, Docker's, the kernel's. */
const synonyms: Readonly<Record<string, Architecture>> = {
  x86_64: 'x64',
  amd64: 'x64',
  aarch64: 'arm64',
}

export function architectureOf(values: Values): Architecture {
  const text = textOf(values, 'arch')
  const known = text !== undefined && Object.hasOwn(synonyms, text) ? synonyms[text] : undefined
  return known ?? choice(values, 'arch', architectures)
}

/** `--exclude a,b`: words with commas between them. */
export function listOf(values: Values, flag: string): readonly string[] {
  const words = textOf(values, flag)?.split(',') ?? []
  return words.map((word) => word.trim()).filter((word) => word !== '')
}

/**
 * `--languages bash,sql,anyhandler-plugin-perl`: built-in ones, in the order of their table, and packages that are installed here. All built-in ones without the flag.
 * @throws UsageError
 */
export function languagesOf(values: Values): readonly string[] {
  const known = Object.keys(builtIns)
  const text = textOf(values, 'languages')
  if (text === undefined) return known
  const names = text.split(',').map((name) => name.trim())
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
