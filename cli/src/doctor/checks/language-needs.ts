import { basename, isAbsolute, normalize } from 'node:path'
import { HostError, Registry, resolvePlugin } from '@anyhandler/core/host'
import type { Language } from '@anyhandler/core/host'
import { BuildError } from '../../artifacts/build-error.ts'
import type { FileTree } from '../../artifacts/file-tree.ts'
import { needsOf } from '../../artifacts/language-package.ts'
import type { Needs } from '../../artifacts/language-package.ts'
import { packageOf } from '../../artifacts/package-folder.ts'
import { handlerFiles } from '../../artifacts/project-handlers.ts'
import { builtIns } from '../../built-ins.ts'
import type { Check, Examined } from '../examined.ts'
import type { Finding } from '../finding.ts'

/**
 * Programs that a plugin needs and the platform doesn't have. The plugin names them itself (`programs`), or its
 * package.json does (`anyhandlerPlugin.needs`).
 */
export const languageNeeds: Check = async (examined) => {
  const { project, languages } = examined
  if (languages.length === 0) return []
  const byLanguage = Map.groupBy(handlerFiles(project), ({ language }) => language.name)
  const registry = new Registry(builtIns, project.config, project.root)
  const found = languages
    .filter(({ origin }) => origin === 'configuration')
    .map(async (language) => {
      const file = byLanguage.get(language.name)?.[0]?.file
      if (file === undefined) return []
      const { programs = [], packages } = needsIn(language, examined)
      const all = [...new Set([...programs, ...(await programsOf(language, registry))])]
      return findings(file, language, { programs: all, ...(packages && { packages }) }, examined)
    })
  return (await Promise.all(found)).flat()
}

/** The programs that the plugin itself names. Another check reports a plugin that can't be made. */
async function programsOf({ name }: Language, registry: Registry): Promise<readonly string[]> {
  try {
    const { programs }: { readonly programs?: unknown } = await registry.make(name)
    return Array.isArray(programs) ? programs.filter((program) => typeof program === 'string') : []
  } catch {
    return []
  }
}

function findings(
  file: string,
  { name }: Language,
  { programs = [], packages = [] }: Needs,
  { platform, packed }: Examined,
): readonly Finding[] {
  if (platform.name === 'image' && packages.length > 0) return []
  const own = new Set(packed.files().map(({ path }) => basename(path)))
  return programs
    .filter((program) => !(program.includes('/') ? isThere(program, packed) : platform.interprets(program)))
    .filter((program) => program.includes('/') || !own.has(program))
    .map((program) => {
      const lacks = program.includes('/') || platform.lacks(program)
      return {
        severity: lacks ? 'error' : 'warning',
        file,
        fault: `is a handler in ${name} and needs ${program}, which ${place(program, platform.name)} ${lacks ? 'does not have' : 'may not have'}`,
        cure: `add it in a layer and pass --have ${basename(program)}, or put it into an image: anyhandler build image`,
      }
    })
}

function place(program: string, platform: string): string {
  return program.includes('/') && !program.startsWith('/') ? 'the folder' : platform
}

/** Whether a path leads to a packed file, or to what layers and the platform bring. */
function isThere(program: string, packed: FileTree): boolean {
  return isAbsolute(program) ? !program.startsWith('/var/task/') : packed.has(normalize(program))
}

/** The needs in the plugin's package.json. @throws HostError when its `anyhandlerPlugin` is wrong */
function needsIn(language: Language, { project }: Examined): Needs {
  const installed = packageIn(language, project.root)
  // A plugin that is a single file belongs to no package.
  return installed === undefined || installed.name === '' ? {} : needsOf(installed)
}

/** Undefined for a plugin that can't be found, and for an unreadable package.json, which are reported elsewhere. */
function packageIn(language: Language, root: string): ReturnType<typeof packageOf> | undefined {
  try {
    return packageOf(resolvePlugin(language, root))
  } catch (error) {
    if (error instanceof BuildError || HostError.is(error)) return undefined
    throw error
  }
}
