import { basename } from 'node:path'
import { HostError, resolvePlugin } from '@anyhandler/core/host'
import type { Language } from '@anyhandler/core/host'
import { needsOf } from '../../artifacts/language-package.ts'
import type { Needs } from '../../artifacts/language-package.ts'
import { packageOf } from '../../artifacts/package-folder.ts'
import { handlerFiles } from '../../artifacts/project-handlers.ts'
import type { Check, Examined } from '../examined.ts'
import type { Finding } from '../finding.ts'

/** Programs that a plugin's package.json says it needs (`anyhandlerPlugin.needs`) and the platform doesn't have. */
export const languageNeeds: Check = (examined) => {
  if (examined.languages.length === 0) return []
  const byLanguage = Map.groupBy(handlerFiles(examined.project), ({ language }) => language.name)
  return examined.languages
    .filter(({ origin }) => origin === 'configuration')
    .flatMap((language) => {
      const file = byLanguage.get(language.name)?.[0]?.file
      return file === undefined ? [] : findings(file, language, needsIn(language, examined), examined)
    })
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
    .filter((program) => !platform.interprets(program) && !own.has(program))
    .map((program) => ({
      severity: platform.lacks(program) ? 'error' : 'warning',
      file,
      fault: `is a ${name} handler and needs ${program}, which ${platform.name} ${platform.lacks(program) ? 'does not have' : 'may not have'}`,
      cure: `add it in a layer and pass --have ${program}, or put it into an image: anyhandler build image`,
    }))
}

/** The needs in the plugin's package.json. Another check reports a missing package. */
function needsIn(language: Language, { project }: Examined): Needs {
  try {
    const installed = packageOf(resolvePlugin(language, project.root))
    // A plugin that is a single file belongs to no package.
    return installed.name === '' ? {} : needsOf(installed)
  } catch (error) {
    if (HostError.is(error) && error.code !== 'Runtime.InvalidConfiguration') return {}
    throw error
  }
}
